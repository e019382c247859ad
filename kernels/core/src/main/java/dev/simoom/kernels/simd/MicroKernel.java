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

  /** Bytes of a frame. */
  int FRAME_BYTES = 64;

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
}
