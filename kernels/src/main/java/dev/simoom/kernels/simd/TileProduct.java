package dev.simoom.kernels.simd;

import dev.simoom.kernels.simd.MicroKernelWriter.Form;

/**
 * Products of small matrices that lie in scratch memory, in register tiles of {@link #HEIGHT} rows
 * and {@link #WIDTH} columns.
 *
 * <p>The left factor may have any two strides, so that it is read plain or transposed; the right
 * factor and the product have their columns side by side. Rows and columns are whole tiles: scratch
 * is padded. All distances are in bytes.
 */
final class TileProduct {
  /** Rows of a register tile: a power of two that leaves registers for its operands. */
  static final int HEIGHT = Integer.highestOneBit(MatMulBlocks.TABLE.rows());

  private static final int VECTORS = 2;

  /** Columns of a register tile. */
  static final int WIDTH = VECTORS * Simd.LANES;

  /** Bytes of {@link #WIDTH} floats. */
  static final int WIDTH_BYTES = 4 * WIDTH;

  private final int aRow;
  private final int bRow;
  private final MicroKernel storing;
  private final MicroKernel adding;

  /**
   * Products of factors with certain distances.
   *
   * @param aRow distance between rows of A
   * @param aStep distance between columns of A
   * @param bRow distance between rows of B
   */
  TileProduct(int aRow, int aStep, int bRow) {
    this.aRow = aRow;
    this.bRow = bRow;
    Form form = new Form(HEIGHT, VECTORS, aRow, aStep, 0, bRow, false);
    storing = MicroKernelWriter.of(form);
    adding = MicroKernelWriter.of(form.adding());
  }

  /**
   * C = A B, or C += A B.
   *
   * @param rows rows of A and C, rounded up to whole tiles
   * @param panels columns of B and C in units of {@link #WIDTH}
   * @param depth columns of A and rows of B
   * @param cRow distance between rows of C
   * @param add whether the product is added to C
   * @param frame start of {@link MicroKernel#FRAME_BYTES} bytes
   */
  void multiply(
      int rows, int panels, int depth, long a, long b, long c, long cRow, boolean add, long frame) {
    MicroKernel.begin(frame);
    MicroKernel kernel = add ? adding : storing;
    for (int panel = 0; panel < panels; panel++) {
      long right = b + (long) panel * WIDTH_BYTES;
      long to = c + (long) panel * WIDTH_BYTES;
      for (int row = 0; row < rows; row += HEIGHT) {
        MicroKernel.target(frame, to + row * cRow, cRow);
        kernel.run(a + (long) row * aRow, right, bRow, depth, frame);
      }
    }
  }
}
