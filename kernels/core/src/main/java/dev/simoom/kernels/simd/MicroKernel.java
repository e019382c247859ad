package dev.simoom.kernels.simd;

/**
 * The innermost loop of the matrix product, for one size of register tile: {@code to = A B}.
 *
 * <p>The products are added up along k from zero, one fused multiply-add each. All addresses and
 * steps are in bytes.
 */
interface MicroKernel {
  /** Place in the frame of where the result goes. */
  int TO = 0;

  /** Place in the frame of the distance between rows of {@code to}. */
  int TO_ROW = 8;

  /** Place in the frame of the number of steps that the loop takes at once. */
  int GROUP = 16;

  /** Place in the frame of room for a tile, whose rows lie behind each other. */
  int SUMS = 64;

  /** Bytes of a frame: its tile has 16 vectors, the most that any has. */
  int FRAME_BYTES = SUMS + 16 * Simd.LANES * Float.BYTES;

  /** Writes into a frame what no tile changes. */
  static void begin(long frame) {
    Cells.putLong(frame + GROUP, MicroKernelWriter.GROUP);
  }

  /** Writes into a frame where the next result goes. */
  static void target(long frame, long to, long toRow) {
    Cells.putLong(frame + TO, to);
    Cells.putLong(frame + TO_ROW, toRow);
  }

  /**
   * Computes one tile.
   *
   * @param a the tile's rows of A
   * @param b the tile's first row of B, one vector or more of adjacent floats
   * @param bStep distance between rows of B, where the form leaves it open
   * @param k how many products to add up
   * @param frame where the other numbers lie, most of them needed only at the end: fewer live
   *     values in the loop
   */
  void run(long a, long b, long bStep, int k, long frame);

  /**
   * Adds the tile in the frame to where the result goes.
   *
   * <p>A method that computes and adds would be more than the first compiler tier can take with 512
   * bits, and what that gives up on may stay interpreted for good.
   */
  void add(long frame);

  /** Computes one tile and adds it to what is there. */
  default void runAdding(
      long a, long b, long bStep, int k, long to, long toRow, long tileRow, long frame) {
    target(frame, frame + SUMS, tileRow);
    run(a, b, bStep, k, frame);
    target(frame, to, toRow);
    add(frame);
  }
}
