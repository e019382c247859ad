package dev.simoom.kernels;

/** Compiled launches, ready to run again and again without allocating. */
public interface Executable extends AutoCloseable {
  /**
   * Runs all launches in order; returns when the results are in memory.
   *
   * <p>One run at a time: a second thread waits.
   *
   * @param slots the buffers that operands refer to by index
   * @throws IllegalArgumentException if a buffer is missing or too small for an operand
   * @throws IllegalStateException if a buffer is closed, or this executable is
   */
  void run(Buffer... slots);

  /** How it runs, for people: whole lines, or nothing. */
  default String explain() {
    return "";
  }

  /** Gives back scratch memory; does nothing the second time. */
  @Override
  void close();
}
