package dev.simoom.bench.ladder;

/** One way to compute what a ladder computes, with the memory it works in. */
interface Method extends AutoCloseable {
  /** Computes the whole result. */
  void run();

  /** Frees the memory that the method works in; operands are the ladder's. */
  @Override
  default void close() {}
}
