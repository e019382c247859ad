package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import dev.simoom.kernels.simd.MicroKernelWriter.Form;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Register tiles of C: picks the micro-kernel for each and takes care of those at the edges, which
 * are computed into a small tile of their own and copied.
 */
final class MatMulTiles {
  private static final MatMulBlocks BLOCKS = MatMulBlocks.TABLE;

  private final long rowStep;
  private final long columnStep;
  private final int tileColumns;
  private final int aRow;
  private final MicroKernel[] wide;
  private final MicroKernel[] narrow;
  private final @Nullable MicroKernel full;

  MatMulTiles(MatMulPlan plan) {
    rowStep = plan.c.rowStep();
    columnStep = plan.c.columnStep();
    tileColumns = plan.tileColumns;
    int rows = BLOCKS.rows();
    boolean runs = plan.a.rowsContiguous();
    aRow = (runs ? MicroKernelWriter.RUN : 1) * Float.BYTES;
    int aStep = (runs ? 1 : rows) * Float.BYTES;
    int aRun = runs ? rows * aRow : 0;
    int bStep = plan.direct ? 0 : tileColumns * Float.BYTES;
    Form form = new Form(rows, tileColumns / LANES, aRow, aStep, aRun, bStep);
    wide = new MicroKernel[rows + 1];
    narrow = new MicroKernel[rows + 1];
    boolean someWide = plan.n > LANES;
    int narrowRest = plan.n % tileColumns;
    boolean someNarrow = narrowRest > 0 && narrowRest <= LANES;
    for (int left = plan.m; left > 0; ) {
      int tall = BLOCKS.tileRows(left);
      if (someWide) {
        wide[tall] = MicroKernelWriter.of(form.of(tall, form.vectors()));
      }
      if (someNarrow) {
        narrow[tall] = MicroKernelWriter.of(form.of(tall, 1));
      }
      left = left >= 2 * rows ? left % rows + rows : left - tall;
    }
    full = wide[rows];
  }

  /** Bytes of scratch memory that a tile may need. */
  long scratchBytes() {
    return MicroKernel.FRAME_BYTES;
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
    MicroKernel.begin(scratch);
    boolean direct = columns == tileColumns && columnStep == Float.BYTES;
    int whole = direct ? rows - rows % BLOCKS.rows() : 0;
    long tileRow = (long) tileColumns * Float.BYTES;
    long nextA = aPanel;
    for (int i = 0; i < whole; i += BLOCKS.rows()) {
      long to = c + i * rowStep;
      if (first) {
        MicroKernel.target(scratch, to, rowStep);
        full.run(nextA, bPanel, bStep, steps, scratch);
      } else {
        full.runAdding(nextA, bPanel, bStep, steps, to, rowStep, tileRow, scratch);
      }
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
    boolean direct = first && columns == computed && columnStep == Float.BYTES;
    for (int i = 0; i < rows; ) {
      int tall = BLOCKS.tileRows(rows - i);
      long to = c + i * rowStep;
      long aRows = a + i * aRow;
      if (direct) {
        MicroKernel.target(scratch, to, rowStep);
        kernels[tall].run(aRows, b, bStep, steps, scratch);
      } else {
        aside(kernels[tall], aRows, tall, b, bStep, columns, to, steps, first, scratch);
      }
      i += tall;
    }
  }

  /** Computes a tile into scratch memory and copies or adds it to C from there. */
  private void aside(
      MicroKernel kernel,
      long a,
      int rows,
      long b,
      long bStep,
      int columns,
      long c,
      int steps,
      boolean first,
      long scratch) {
    long tile = scratch + MicroKernel.SUMS;
    long tileRow = (long) tileColumns * Float.BYTES;
    MicroKernel.target(scratch, tile, tileRow);
    kernel.run(a, b, bStep, steps, scratch);
    for (int r = 0; r < rows; r++) {
      copyOut(tile + r * tileRow, c + r * rowStep, columns, first);
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
