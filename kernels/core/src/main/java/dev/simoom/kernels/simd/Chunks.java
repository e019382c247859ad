package dev.simoom.kernels.simd;

/**
 * Equal parts of a range, by shape alone.
 *
 * @param total length of the range
 * @param size length of each part but the last
 */
record Chunks(long total, long size) {
  /** Work, in multiply-adds or moves of one element, that is worth handing to another thread. */
  private static final long WORTHWHILE = 1 << 16;

  /** Parts of so many items that each is worth a hand-off. */
  static Chunks of(long total, long workPerItem) {
    return new Chunks(total, Math.max(1, WORTHWHILE / Math.max(1, workPerItem)));
  }

  int count() {
    return Math.toIntExact((total + size - 1) / size);
  }

  long start(int chunk) {
    return chunk * size;
  }

  long end(int chunk) {
    return Math.min(total, (chunk + 1) * size);
  }
}
