package dev.simoom.kernels.simd;

/**
 * How a running loop kernel uses its thread's scratch memory.
 *
 * <p>First come, for each slot, its address (or coordinate) in the first of the rows that are run
 * together and how far it is from there to the next row. Slots are the operands and row
 * coordinates, then the scratch rows, then the cells in which a row's reductions are made. What
 * scratch rows and cells point to follows, with room for a part of a vector and scratch blocks.
 *
 * @param operands operands and row coordinates
 * @param reductions row reductions
 * @param blocks scratch blocks
 * @param rows scratch rows
 */
record LoopFrame(int operands, int reductions, int blocks, int rows) {
  /** Columns in one block: sums are taken by blocks of this length, on every road. */
  static final int BLOCK = 2048;

  /** Columns that one call of generated code may be given, at most. */
  static final int MOST_COLUMNS = 1 << 20;

  /** Rows with reductions that run together, at most. */
  static final int MOST_ROWS = 32;

  /**
   * Elements of such rows, at most, unless one row has more. With 16 KB of each operand what one
   * pass leaves is still in the nearest cache when the next one comes.
   */
  private static final int MOST_ELEMENTS = 4096;

  // Not a power of two, so that blocks and rows do not compete for the same lines of the cache.
  private static final int APART = 64;
  private static final long BLOCK_BYTES = 4L * BLOCK + 5 * APART;
  private static final long ROW_BYTES = 4L * LoopNest.LONGEST_SPILLED_ROW + 5 * APART;

  static long address(int slot) {
    return 16L * slot;
  }

  static long stride(int slot) {
    return 16L * slot + 8;
  }

  /** The slot of a scratch row. */
  int rowSlot(int number) {
    return operands + number;
  }

  /** The slot of a row's cells. */
  int cellSlot() {
    return operands + rows;
  }

  /** How many rows of so many columns with reductions run together. */
  static int rowsTogether(long columns) {
    return Math.clamp(MOST_ELEMENTS / Math.max(1, columns), 1, MOST_ROWS);
  }

  /** Bytes from one row to the next in a scratch row's place. */
  static long rowPitch(long columns) {
    return 4 * Math.ceilDiv(columns, Simd.LANES) * Simd.LANES + APART;
  }

  /** A finished reduction, from a row's first cell. */
  static long result(int reduction) {
    return 16L * reduction;
  }

  /** The running total of a reduction, from a row's first cell. */
  static long total(int reduction) {
    return 16L * reduction + 8;
  }

  /** A vector with what a reduction made of a block of columns, from a row's first cell. */
  long accumulator(int reduction) {
    return aligned(16L * reductions) + 64L * reduction;
  }

  /** Bytes from one row's cells to the next. */
  long cellPitch() {
    return accumulator(reductions);
  }

  private static long aligned(long bytes) {
    return bytes + 63 & -64L;
  }

  /** The first row's cells. */
  long cells() {
    return aligned(16L * (cellSlot() + 1));
  }

  /** Room for one vector. */
  long part() {
    return cells() + MOST_ROWS * cellPitch();
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
