package dev.simoom.kernels.simd;

import java.lang.foreign.Arena;

/**
 * The innermost loop of the matrix product, for one size of register tile: {@code to = from + A B}.
 *
 * <p>The products are added up along k from zero, one fused multiply-add each, before {@code from}
 * is added. All addresses and steps are in bytes.
 */
interface MicroKernel {
  /** A row of zeros, as long as the widest tile: what to add to where there is nothing yet. */
  long ZEROS = Arena.global().allocate(1024, 64).address();

  /** Place in the frame of what to add to. */
  int FROM = 0;

  /** Place in the frame of the distance between rows of {@code from}; 0 repeats the first one. */
  int FROM_ROW = 8;

  /** Place in the frame of where the result goes. */
  int TO = 16;

  /** Place in the frame of the distance between rows of {@code to}. */
  int TO_ROW = 24;

  /** Place in the frame of the number 1. */
  int ONE = 32;

  /** Place in the frame of the distance between rows of A, where it is not packed. */
  int A_ROW = 40;

  /** Place in the frame of the distance between steps of A, where it is not packed. */
  int A_STEP = 48;

  /** Bytes of a frame. */
  int FRAME_BYTES = 64;

  /**
   * Writes into a frame where the next result goes.
   *
   * @param from what to add to
   * @param fromRow distance between its rows; 0 repeats the first one
   * @param to the result
   * @param toRow distance between its rows
   */
  static void target(long frame, long from, long fromRow, long to, long toRow) {
    Cells.putLong(frame + FROM, from);
    Cells.putLong(frame + FROM_ROW, fromRow);
    Cells.putLong(frame + TO, to);
    Cells.putLong(frame + TO_ROW, toRow);
    Cells.putLong(frame + ONE, 1);
  }

  /**
   * Computes one tile.
   *
   * @param a the tile's rows of A
   * @param b the tile's first row of B, one vector or more of adjacent floats
   * @param bStep distance between rows of B
   * @param k how many products to add up
   * @param frame where the other numbers lie, most of them needed only at the end: fewer live
   *     values in the loop
   */
  void run(long a, long b, long bStep, int k, long frame);

  /** How the rows of A that belong to one register tile lie. */
  enum Layout {
    /** For each step of k, the values of all rows side by side. */
    BY_STEP,
    /**
     * For each {@link #RUN} steps of k, row after row, so that an operand whose rows are contiguous
     * is packed by plain copies.
     */
    BY_ROW,
    /** Not packed: any distance between rows and between steps, which the frame holds. */
    STRIDED;

    /** Steps of k that lie side by side in {@link #BY_ROW}. */
    static final int RUN = 16;
  }
}
