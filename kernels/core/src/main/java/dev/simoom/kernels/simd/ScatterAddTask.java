package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.ScatterAdd;

/**
 * Sorts the terms by entry, keeping their order, then sums those of each entry.
 *
 * <p>The first phase is a counting sort into the workspace: for each entry the end of its terms,
 * and for each term its dense row and its weight. The second cuts the entries so that each chunk
 * has about the same number of terms and entries together; an entry is never cut, so its sum does
 * not depend on the cutting.
 */
final class ScatterAddTask implements Task {
  /** Terms that are summed by themselves first, so that long sums keep their precision. */
  private static final int BLOCK = 256;

  private final ScatterAdd kernel;
  private final int terms;
  private final int entries;
  private final int chunks;
  private long values;
  private long indices;
  private long dense;
  private long out;
  private long ends;
  private long rows;
  private long weights;

  ScatterAddTask(ScatterAdd kernel) {
    this.kernel = kernel;
    terms = Math.toIntExact(kernel.rows() * kernel.k());
    entries = Math.toIntExact(kernel.entries());
    chunks = Chunks.of((long) terms + entries, kernel.width()).count();
  }

  @Override
  public void bind(long[] operands, long workspace) {
    int first = kernel.weighted() ? 1 : 0;
    values = operands[0];
    indices = operands[first];
    dense = operands[first + 1];
    out = operands[first + 2];
    rows = workspace;
    weights = rows + 4L * terms;
    ends = weights + 4L * terms;
  }

  @Override
  public long workspaceBytes() {
    return 8L * terms + 4L * entries + 4;
  }

  @Override
  public long scratchBytes() {
    return 4 * kernel.width();
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int chunks(int phase) {
    return phase == 0 ? 1 : kernel.width() == 0 ? 0 : chunks;
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    if (phase == 0) {
      Indices.check(kernel, indices, 0, terms, entries);
      count();
      place();
    } else {
      int to = cut(chunk + 1);
      for (int entry = cut(chunk); entry < to; entry++) {
        sum(entry, scratch);
      }
    }
  }

  private void sum(int entry, long scratch) {
    long width = kernel.width();
    long target = out + 4 * entry * width;
    int end = end(entry);
    int start = end(entry - 1);
    int next = Math.min(start + BLOCK, end);
    sum(start, next, target);
    for (; next < end; next += BLOCK) {
      sum(next, Math.min(next + BLOCK, end), scratch);
      WeightedRows.add(scratch, target, width);
    }
  }

  private void sum(int from, int to, long target) {
    long width = kernel.width();
    WeightedRows.sum(
        dense, 4 * width, rows + 4L * from, weights + 4L * from, to - from, target, width);
  }

  /** Leaves in {@code ends} the start of each entry's terms, shifted by one entry. */
  private void count() {
    for (long entry = 0; entry <= entries; entry++) {
      ALL.set(JAVA_INT_UNALIGNED, ends + 4 * entry, 0);
    }
    for (long j = 0; j < terms; j++) {
      long counter = ends + 4 + 4L * ALL.get(JAVA_INT_UNALIGNED, indices + 4 * j);
      ALL.set(JAVA_INT_UNALIGNED, counter, ALL.get(JAVA_INT_UNALIGNED, counter) + 1);
    }
    int sum = 0;
    for (long entry = 0; entry <= entries; entry++) {
      sum += ALL.get(JAVA_INT_UNALIGNED, ends + 4 * entry);
      ALL.set(JAVA_INT_UNALIGNED, ends + 4 * entry, sum);
    }
  }

  /** Each start moves on to become the end. */
  private void place() {
    long j = 0;
    for (int row = 0; row < kernel.rows(); row++) {
      for (long next = j + kernel.k(); j < next; j++) {
        long counter = ends + 4L * ALL.get(JAVA_INT_UNALIGNED, indices + 4 * j);
        int at = ALL.get(JAVA_INT_UNALIGNED, counter);
        ALL.set(JAVA_INT_UNALIGNED, counter, at + 1);
        ALL.set(JAVA_INT_UNALIGNED, rows + 4L * at, row);
        float weight = kernel.weighted() ? ALL.get(JAVA_FLOAT_UNALIGNED, values + 4 * j) : 1;
        ALL.set(JAVA_FLOAT_UNALIGNED, weights + 4L * at, weight);
      }
    }
  }

  private int end(int entry) {
    return entry < 0 ? 0 : ALL.get(JAVA_INT_UNALIGNED, ends + 4L * entry);
  }

  /** The first entry that has at least the chunk's share of terms and entries before it. */
  private int cut(int chunk) {
    long share = ((long) terms + entries) * chunk / chunks;
    int low = 0;
    int high = entries;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle - 1) + (long) middle < share) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
