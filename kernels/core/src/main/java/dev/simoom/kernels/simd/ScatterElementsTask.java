package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.IndexErrors;
import dev.simoom.kernels.ScatterAdd;

/**
 * Adds single elements by index: one term after the other into sums in double precision, which are
 * cleared before and rounded behind it.
 */
final class ScatterElementsTask implements Task {
  private static final int CLEAR = 0;
  private static final int ADD = 1;

  private final ScatterAdd kernel;
  private final Chunks entries;
  private long values;
  private long indices;
  private long dense;
  private long out;
  private long sums;

  ScatterElementsTask(ScatterAdd kernel) {
    this.kernel = kernel;
    entries = Chunks.of(kernel.entries(), 1);
  }

  @Override
  public void bind(long[] operands, long workspace) {
    int first = kernel.weighted() ? 1 : 0;
    values = operands[0];
    indices = operands[first];
    dense = operands[first + 1];
    out = operands[first + 2];
    sums = workspace;
  }

  @Override
  public long workspaceBytes() {
    return 8 * kernel.entries();
  }

  @Override
  public int phases() {
    return 3;
  }

  @Override
  public int chunks(int phase) {
    return phase == ADD ? 1 : entries.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    if (phase == ADD) {
      add();
    } else {
      long start = entries.start(chunk);
      int count = (int) (entries.end(chunk) - start);
      if (phase == CLEAR) {
        Cells.fill(sums + 8 * start, 2L * count, 0);
      } else {
        round(sums + 8 * start, out + 4 * start, count);
      }
    }
  }

  private void add() {
    long at = indices;
    long weight = values;
    for (long row = 0; row < kernel.rows(); row++) {
      double element = ALL.get(FLOAT, dense + 4 * row);
      for (long j = 0; j < kernel.k(); j++) {
        int entry = ALL.get(JAVA_INT_UNALIGNED, at & ADDRESS_BITS);
        if (entry < 0 || entry >= kernel.entries()) {
          throw IndexErrors.outside(kernel, row * kernel.k() + j, entry, kernel.entries());
        }
        double term = kernel.weighted() ? element * ALL.get(FLOAT, weight) : element;
        long sum = sums + 8L * entry & ADDRESS_BITS;
        ALL.set(JAVA_DOUBLE, sum, ALL.get(JAVA_DOUBLE, sum) + term);
        at += 4;
        weight += 4;
      }
    }
  }

  private static void round(long from, long to, int count) {
    for (int i = 0; i < count; i++) {
      ALL.set(
          FLOAT,
          to + 4L * i & ADDRESS_BITS,
          (float) ALL.get(JAVA_DOUBLE, from + 8L * i & ADDRESS_BITS));
    }
  }
}
