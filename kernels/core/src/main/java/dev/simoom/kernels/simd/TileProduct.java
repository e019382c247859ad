package dev.simoom.kernels.simd;

import dev.simoom.kernels.simd.MicroKernelWriter.Form;

/**
 * Products of small matrices that lie in scratch memory, in register tiles.
 *
 * <p>There are two forms. A tile of scores has a block of queries, {@link #WIDTH}, in each row; the
 * other products have padded rows of features, in panels of {@link #PANEL}. Below 512 bits a block
 * is three vectors, so that both forms keep twelve accumulators: four rows of three vectors, and
 * six of the block's rows at a time of two.
 *
 * <p>The left factor may have any two strides, so that it is read plain or transposed; the right
 * factor and the product have their columns side by side. Rows and columns are whole tiles: scratch
 * is padded. All distances are in bytes.
 */
final class TileProduct {
  private static final boolean WIDE = Simd.BITS == 512;
  private static final int SCORE_ROWS = WIDE ? 8 : 4;
  private static final int SCORE_VECTORS = WIDE ? 2 : 3;
  private static final int PANEL_VECTORS = MatMulBlocks.TABLE.vectors();

  /** Rows of a register tile of padded rows; divides {@link #WIDTH}. */
  static final int HEIGHT = MatMulBlocks.TABLE.rows();

  /** Queries of a block: columns of a tile of scores. */
  static final int WIDTH = SCORE_VECTORS * Simd.LANES;

  /** Bytes of {@link #WIDTH} floats. */
  static final int WIDTH_BYTES = 4 * WIDTH;

  /** Columns of a register tile of padded rows. */
  static final int PANEL = PANEL_VECTORS * Simd.LANES;

  /** Bytes of {@link #PANEL} floats. */
  static final int PANEL_BYTES = 4 * PANEL;

  /** Number of keys that is a multiple of the rows of both forms. */
  static final int KEYS = WIDE ? 8 : 12;

  private final Form form;
  private final MicroKernel kernel;

  private TileProduct(Form form) {
    this.form = form;
    kernel = MicroKernelWriter.of(form);
  }

  /**
   * Products of padded rows with a block transposed.
   *
   * @param aRow distance between rows of A
   */
  static TileProduct scores(int aRow) {
    return new TileProduct(new Form(SCORE_ROWS, SCORE_VECTORS, aRow, Float.BYTES, 0, WIDTH_BYTES));
  }

  /**
   * Products with padded rows.
   *
   * @param aRow distance between rows of A
   * @param aStep distance between columns of A
   * @param bRow distance between rows of B
   */
  static TileProduct rows(int aRow, int aStep, int bRow) {
    return new TileProduct(new Form(HEIGHT, PANEL_VECTORS, aRow, aStep, 0, bRow));
  }

  /**
   * C = A B, or C += A B.
   *
   * @param rows rows of A and C, rounded up to whole tiles
   * @param panels register tiles beside each other in B and C
   * @param depth columns of A and rows of B
   * @param cRow distance between rows of C
   * @param add whether the product is added to C
   * @param frame start of {@link MicroKernel#FRAME_BYTES} bytes
   */
  void multiply(
      int rows, int panels, int depth, long a, long b, long c, long cRow, boolean add, long frame) {
    MicroKernel.begin(frame);
    long tileRow = (long) form.vectors() * Simd.LANES * Float.BYTES;
    for (int panel = 0; panel < panels; panel++) {
      long right = b + (long) panel * PANEL_BYTES;
      long to = c + (long) panel * PANEL_BYTES;
      for (int row = 0; row < rows; row += form.rows()) {
        long left = a + (long) row * form.aRow();
        if (add) {
          kernel.runAdding(left, right, form.bStep(), depth, to + row * cRow, cRow, tileRow, frame);
        } else {
          MicroKernel.target(frame, to + row * cRow, cRow);
          kernel.run(left, right, form.bStep(), depth, frame);
        }
      }
    }
  }
}
