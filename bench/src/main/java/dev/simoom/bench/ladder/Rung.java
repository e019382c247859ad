package dev.simoom.bench.ladder;

/**
 * One step of a ladder, ready to run.
 *
 * @param name what it is called
 * @param threads that it computes on
 * @param memory bytes of native memory that it needs beside operands and result
 * @param method computes the whole result
 */
record Rung(String name, int threads, long memory, Method method) implements AutoCloseable {
  /** Computes the whole result. */
  void run() {
    method.run();
  }

  @Override
  public void close() {
    method.close();
  }
}
