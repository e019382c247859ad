package dev.simoom.bench.ladder;

/** One step of a ladder, ready to run. */
public final class Rung implements AutoCloseable {
  private final String name;
  private final int threads;
  private final long memory;
  private final Method method;

  Rung(String name, int threads, long memory, Method method) {
    this.name = name;
    this.threads = threads;
    this.memory = memory;
    this.method = method;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Threads it computes on. */
  public int threads() {
    return threads;
  }

  /** Bytes of native memory that it needs beside operands and result. */
  public long memory() {
    return memory;
  }

  /** Computes the whole result. */
  public void run() {
    method.run();
  }

  @Override
  public void close() {
    method.close();
  }
}
