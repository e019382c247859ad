package dev.simoom.kernels.simd;

/**
 * How a running loop kernel uses its thread's scratch memory.
 *
 * <p>First come, for each operand and row coordinate, the address (or coordinate) in the current
 * row and how far it is to the next row; then for each row reduction its result and its running
 * total; then the accumulators, room for a part of a vector, scratch blocks and scratch rows.
 *
 * @param slots operands and row coordinates
 * @param reductions row reductions
 * @param blocks scratch blocks
 * @param rows scratch rows
 */
record LoopFrame(int slots, int reductions, int blocks, int rows) {
  /** Columns in one block: sums are taken by blocks of this length, on every road. */
  static final int BLOCK = 2048;

  /** Columns that one call of generated code may be given, at most. */
  static final int MOST_COLUMNS = 1 << 20;

  // Not a power of two, so that blocks and rows do not compete for the same lines of the cache.
  private static final long BLOCK_BYTES = 4L * BLOCK + 320;
  private static final long ROW_BYTES = 4L * LoopNest.LONGEST_SPILLED_ROW + 320;

  static long address(int slot) {
    return 16L * slot;
  }

  static long stride(int slot) {
    return 16L * slot + 8;
  }

  long result(int reduction) {
    return 16L * (slots + reduction);
  }

  long total(int reduction) {
    return result(reduction) + 8;
  }

  /** Two vectors for each reduction. */
  long accumulators(int reduction) {
    return aligned() + 128L * reduction;
  }

  private long aligned() {
    return (16L * (slots + reductions) + 63) & -64L;
  }

  /** Room for one vector. */
  long part() {
    return accumulators(reductions);
  }

  long block(int number) {
    return part() + 64 + number * BLOCK_BYTES;
  }

  long row(int number) {
    return block(blocks) + number * ROW_BYTES;
  }

  long bytes() {
    return row(rows);
  }
}
