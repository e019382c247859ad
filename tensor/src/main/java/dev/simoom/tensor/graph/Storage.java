package dev.simoom.tensor.graph;

import dev.simoom.kernels.Buffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that tensors share: a buffer, and a count of the times it was overwritten, by which a
 * stale read is noticed.
 */
public final class Storage {
  private final Buffer buffer;
  private final AtomicLong version = new AtomicLong();

  /** Storage in a buffer. */
  public Storage(Buffer buffer) {
    this.buffer = buffer;
  }

  /** The memory. */
  public Buffer buffer() {
    return buffer;
  }

  /** How often the content was replaced. */
  public long version() {
    return version.get();
  }

  /** Notes that the content was replaced. */
  public void overwritten() {
    version.incrementAndGet();
  }
}
