package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.simd.MatMulPlan.Matrix;

/**
 * Packs parts of A and B into the panels that micro-kernels read: a panel of A holds the rows of
 * one register tile, a panel of B its columns, each for one block of k.
 */
final class MatMulPanels {
  private static final int ROWS = MatMulBlocks.TABLE.rows();
  private static final int RUN = MicroKernelWriter.RUN;

  private final Matrix a;
  private final Matrix b;
  private final int tileColumns;

  MatMulPanels(MatMulPlan plan) {
    a = plan.a;
    b = plan.b;
    tileColumns = plan.tileColumns;
  }

  /** Bytes of a panel of A with the given steps of k. */
  static long bytesOfA(int steps) {
    return (long) Math.ceilDiv(steps, RUN) * RUN * ROWS * Float.BYTES;
  }

  /** Bytes of a panel of B with the given steps of k. */
  long bytesOfB(int steps) {
    return (long) steps * tileColumns * Float.BYTES;
  }

  /** Bytes that packing B needs for itself. */
  long stageBytes() {
    return bytesOfB(MatMulBlocks.K_BLOCK) + Transposition.STAGE_BYTES;
  }

  /**
   * Packs one panel of A: for each step of k the values of all rows side by side or, where rows of
   * A are contiguous, for each run of steps row after row, so that packing is plain copying.
   *
   * @param from address of its first element
   * @param rows rows that there are, at most those of a tile
   */
  void packA(long from, int rows, int steps, long to) {
    long toStep = (long) ROWS * Float.BYTES;
    if (!a.rowsContiguous()) {
      if (a.columnsContiguous()) {
        Packing.rows(a.type(), from, a.columnStep(), to, toStep, steps, rows);
      } else {
        Packing.elements(a.type(), from, a.columnStep(), a.rowStep(), to, toStep, steps, rows);
      }
      return;
    }
    int runs = steps / RUN;
    int rest = steps % RUN;
    long fromStep = (long) RUN * a.type().bytes();
    for (int i = 0; i < rows; i++) {
      long source = from + i * a.rowStep();
      long target = to + (long) i * RUN * Float.BYTES;
      Packing.rows(a.type(), source, fromStep, target, RUN * toStep, runs, RUN);
      Packing.rows(a.type(), source + runs * fromStep, 0, target + runs * RUN * toStep, 0, 1, rest);
    }
  }

  /**
   * Packs one panel of B.
   *
   * @param from address of its first element
   * @param columns columns that there are, at most those of a tile
   * @param stage start of {@link #stageBytes()} bytes
   */
  void packB(long from, int columns, int steps, long to, long stage) {
    long toStep = (long) tileColumns * Float.BYTES;
    DType type = b.type();
    if (b.rowsContiguous()) {
      Packing.rows(type, from, b.rowStep(), to, toStep, steps, columns);
    } else if (!b.columnsContiguous()) {
      Packing.elements(type, from, b.rowStep(), b.columnStep(), to, toStep, steps, columns);
    } else if (type == DType.F32) {
      Transposition.run(from, b.columnStep(), to, toStep, steps, columns, stage);
    } else {
      long line = (long) MatMulBlocks.K_BLOCK * Float.BYTES;
      Packing.rows(type, from, b.columnStep(), stage, line, columns, steps);
      long own = stage + bytesOfB(MatMulBlocks.K_BLOCK);
      Transposition.run(stage, line, to, toStep, steps, columns, own);
    }
  }
}
