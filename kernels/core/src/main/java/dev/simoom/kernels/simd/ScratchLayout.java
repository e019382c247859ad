package dev.simoom.kernels.simd;

/** Hands out places in a task's scratch memory, one after the other, each 64-byte aligned. */
final class ScratchLayout {
  private static final int ALIGNMENT = 64;

  private long bytes;

  /** The offset of a new place of so many bytes. */
  long take(long size) {
    long at = bytes;
    bytes += Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
    return at;
  }

  /** Bytes of all places. */
  long bytes() {
    return bytes;
  }
}
