package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import dev.simoom.kernels.simd.MicroKernel.Layout;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of C: picks the micro-kernel for each and takes care of those at the edges, which
 * are computed into a small tile of their own and copied.
 */
final class MatMulTiles {
  private static final MatMulBlocks BLOCKS = MatMulBlocks.TABLE;

  private final long rowStep;
  private final long columnStep;
  private final int tileColumns;
  private final long betweenRowsOfA;
  private final MicroKernel[] wide;
  private final MicroKernel[] narrow;
  private final MicroKernel full;

  MatMulTiles(MatMulPlan plan) {
    rowStep = plan.c.rowStep();
    columnStep = plan.c.columnStep();
    tileColumns = plan.tileColumns;
    Layout layout = plan.layout();
    betweenRowsOfA = layout == Layout.BY_ROW ? Layout.RUN * Float.BYTES : Float.BYTES;
    int rows = BLOCKS.rows();
    wide = new MicroKernel[rows + 1];
    narrow = new MicroKernel[rows + 1];
    boolean someWide = plan.n > LANES;
    int narrowRest = plan.n % tileColumns;
    boolean someNarrow = narrowRest > 0 && narrowRest <= LANES;
    for (int left = plan.m; left > 0; ) {
      int tall = BLOCKS.tileRows(left);
      if (someWide) {
        wide[tall] = MicroKernelWriter.of(tall, tileColumns / LANES, rows, layout);
      }
      if (someNarrow) {
        narrow[tall] = MicroKernelWriter.of(tall, 1, rows, layout);
      }
      left = left >= 2 * rows ? left % rows + rows : left - tall;
    }
    full = wide[rows];
  }

  /** Bytes of scratch memory that a tile may need. */
  long scratchBytes() {
    return MicroKernel.FRAME_BYTES + (long) BLOCKS.rows() * tileColumns * Float.BYTES;
  }

  /**
   * Computes one block of k for one panel of B and several of A.
   *
   * @param aPanel first panel of A; the others follow
   * @param aPanelBytes distance between panels of A
   * @param c address of the first element of C
   * @param first whether this is the first block of k, so that what C holds does not count
   * @param scratch start of {@link #scratchBytes()} bytes
   */
  void column(
      long aPanel,
      long aPanelBytes,
      int rows,
      long bPanel,
      long bStep,
      int columns,
      long c,
      int steps,
      boolean first,
      long scratch) {
    boolean direct = columns == tileColumns && columnStep == Float.BYTES;
    long from = first ? MicroKernel.ZEROS : c;
    long fromStep = first ? 0 : rowStep;
    int whole = direct ? rows - rows % BLOCKS.rows() : 0;
    long nextA = aPanel;
    for (int i = 0; i < whole; i += BLOCKS.rows()) {
      MicroKernel.target(scratch, from + i * fromStep, fromStep, c + i * rowStep, rowStep);
      full.run(nextA, bPanel, bStep, steps, scratch);
      nextA += aPanelBytes;
    }
    for (int i = whole; i < rows; i += BLOCKS.rows()) {
      int here = Math.min(rows - i, BLOCKS.rows());
      edge(nextA, here, bPanel, bStep, columns, c + i * rowStep, steps, first, scratch);
      nextA += aPanelBytes;
    }
  }

  private void edge(
      long a,
      int rows,
      long b,
      long bStep,
      int columns,
      long c,
      int steps,
      boolean first,
      long scratch) {
    MicroKernel[] kernels = columns > LANES ? wide : narrow;
    int computed = columns > LANES ? tileColumns : LANES;
    boolean direct = columns == computed && columnStep == Float.BYTES;
    long scratchRow = (long) tileColumns * Float.BYTES;
    for (int i = 0; i < rows; ) {
      int tall = BLOCKS.tileRows(rows - i);
      long to = c + i * rowStep;
      long aRows = a + i * betweenRowsOfA;
      if (direct) {
        long from = first ? MicroKernel.ZEROS : to;
        MicroKernel.target(scratch, from, first ? 0 : rowStep, to, rowStep);
        kernels[tall].run(aRows, b, bStep, steps, scratch);
      } else {
        long tile = scratch + MicroKernel.FRAME_BYTES;
        MicroKernel.target(scratch, MicroKernel.ZEROS, 0, tile, scratchRow);
        kernels[tall].run(aRows, b, bStep, steps, scratch);
        for (int r = 0; r < tall; r++) {
          copyOut(tile + r * scratchRow, to + r * rowStep, columns, first);
        }
      }
      i += tall;
    }
  }

  private void copyOut(long from, long to, int columns, boolean first) {
    int j = columnStep == Float.BYTES ? copyVectors(from, to, columns, first) : 0;
    for (; j < columns; j++) {
      long target = to + j * columnStep & ADDRESS_BITS;
      float value = ALL.get(FLOAT, from + (long) j * Float.BYTES & ADDRESS_BITS);
      ALL.set(FLOAT, target, first ? value : ALL.get(FLOAT, target) + value);
    }
  }

  private static int copyVectors(long from, long to, int columns, boolean first) {
    int bound = columns - columns % LANES;
    for (int j = 0; j < bound; j += LANES) {
      long at = (long) j * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(F, ALL, from + at & ADDRESS_BITS, ORDER);
      long target = to + at & ADDRESS_BITS;
      if (!first) {
        value = FloatVector.fromMemorySegment(F, ALL, target, ORDER).add(value);
      }
      value.intoMemorySegment(ALL, target, ORDER);
    }
    return bound;
  }
}
