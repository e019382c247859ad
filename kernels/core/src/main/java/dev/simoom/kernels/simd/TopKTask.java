package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.simoom.kernels.TopK;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Selects the largest of each row by two scans at the speed of memory.
 *
 * <p>The first finds a lower bound of the k-th largest: each lane of each part of the row yields
 * its maximum, and the k-th largest of these cannot exceed the k-th largest of the row. The second
 * collects what reaches the bound, hardly more than k values as a rule. Where that fills the
 * candidate buffer (many equal values, or the largest all in one lane) the buffer is cut back to
 * its k best and the bound raised, so that no input takes more than the time of sorting.
 *
 * <p>A candidate is a long that sorts like value and column together: value descending, column
 * ascending.
 */
final class TopKTask implements Task {
  private static final int UNROLL = 4;
  private static final int STEP = UNROLL * LANES;
  private static final long VECTOR = 4L * LANES;
  private static final int SLACK = 256;
  private static final long EVERY_LANE = -1L >>> Long.SIZE - STEP;

  /** Maxima for each value to keep: the more, the closer the bound. */
  private static final int MAXIMA_PER_VALUE = 8;

  private final TopK kernel;
  private final Chunks rows;
  private final int columns;
  private final int k;
  private final int parts;
  private final int stepsPerPart;
  private final int capacity;
  private long values;
  private long kept;
  private long keptColumns;

  TopKTask(TopK kernel) {
    this.kernel = kernel;
    columns = Math.toIntExact(kernel.columns());
    k = Math.toIntExact(kernel.k());
    rows = Chunks.of(k == 0 ? 0 : kernel.rows(), columns);
    parts = Math.max(1, Math.ceilDiv(MAXIMA_PER_VALUE * k, STEP));
    stepsPerPart = columns / STEP / parts;
    capacity = 2 * k + SLACK;
  }

  @Override
  public void bind(long[] operands, long workspace) {
    values = operands[0];
    kept = operands[1];
    keptColumns = operands[2];
  }

  /**
   * One counter, the candidates, as much again to sort them; the maxima come before them in time.
   */
  @Override
  public long scratchBytes() {
    return 8 + Math.max(8L * capacity + Candidates.workingBytes(capacity), VECTOR * UNROLL * parts);
  }

  @Override
  public int chunks(int phase) {
    return rows.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long candidates = scratch + 8;
    long end = rows.end(chunk);
    for (long row = rows.start(chunk); row < end; row++) {
      long from = values + 4 * row * kernel.rowStride();
      select(from, scratch, candidates);
      for (int j = 0; j < k; j++) {
        int column = Candidates.column(ALL.get(JAVA_LONG, candidates + 8L * j));
        int bits = ALL.get(JAVA_INT_UNALIGNED, from + 4L * column);
        ALL.set(JAVA_INT_UNALIGNED, kept + 4 * (row * k + j), bits);
        ALL.set(JAVA_INT_UNALIGNED, keptColumns + 4 * (row * k + j), column);
      }
    }
  }

  /** Leaves the k best candidates of a row in order. */
  private void select(long row, long counter, long candidates) {
    float bound = Float.NEGATIVE_INFINITY;
    if (stepsPerPart > 1) {
      maxima(row, candidates);
      bound = bound(candidates);
    }
    long other = candidates + 8L * capacity;
    ALL.set(JAVA_LONG, counter, 0);
    int column = collect(row, 0, bound, counter, candidates);
    while (column < columns) {
      Candidates.sort(candidates, other, (int) ALL.get(JAVA_LONG, counter));
      ALL.set(JAVA_LONG, counter, k);
      bound = Candidates.value(ALL.get(JAVA_LONG, candidates + 8L * (k - 1)));
      if (Float.isNaN(bound)) {
        return;
      }
      column = collect(row, column, Math.nextUp(bound), counter, candidates);
    }
    Candidates.sort(candidates, other, (int) ALL.get(JAVA_LONG, counter));
  }

  /** Writes the largest number of each lane of each part; negative infinity where all are NaN. */
  private void maxima(long row, long to) {
    long from = row;
    long out = to;
    for (int part = 0; part < parts; part++) {
      FloatVector m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
      FloatVector m1 = m0;
      FloatVector m2 = m0;
      FloatVector m3 = m0;
      for (int step = 0; step < stepsPerPart; step++) {
        from &= ADDRESS_BITS;
        FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, from, ORDER);
        FloatVector v1 = FloatVector.fromMemorySegment(F, ALL, from + VECTOR, ORDER);
        FloatVector v2 = FloatVector.fromMemorySegment(F, ALL, from + 2 * VECTOR, ORDER);
        FloatVector v3 = FloatVector.fromMemorySegment(F, ALL, from + 3 * VECTOR, ORDER);
        m0 = m0.blend(v0, v0.compare(VectorOperators.GT, m0));
        m1 = m1.blend(v1, v1.compare(VectorOperators.GT, m1));
        m2 = m2.blend(v2, v2.compare(VectorOperators.GT, m2));
        m3 = m3.blend(v3, v3.compare(VectorOperators.GT, m3));
        from += UNROLL * VECTOR;
      }
      m0.intoMemorySegment(ALL, out, ORDER);
      m1.intoMemorySegment(ALL, out + VECTOR, ORDER);
      m2.intoMemorySegment(ALL, out + 2 * VECTOR, ORDER);
      m3.intoMemorySegment(ALL, out + 3 * VECTOR, ORDER);
      out += UNROLL * VECTOR;
    }
  }

  /**
   * The largest number found by bisection that at least k maxima reach. Bisection runs over the
   * order of floats rather than their values, so that infinities need no care.
   */
  private float bound(long maxima) {
    FloatVector smallest = FloatVector.fromMemorySegment(F, ALL, maxima, ORDER);
    FloatVector largest = smallest;
    for (long at = VECTOR; at < parts * UNROLL * VECTOR; at += VECTOR) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, maxima + at, ORDER);
      smallest = smallest.min(v);
      largest = largest.max(v);
    }
    int low = Candidates.rank(smallest.reduceLanes(VectorOperators.MIN));
    int high = Candidates.rank(largest.reduceLanes(VectorOperators.MAX));
    int enough = k + k / 8;
    while (low < high) {
      int middle = (int) (((long) low + high + 1) >> 1);
      int reach = reaching(maxima, Candidates.ofRank(middle));
      if (reach >= k) {
        low = middle;
        if (reach <= enough) {
          break;
        }
      } else {
        high = middle - 1;
      }
    }
    return Candidates.ofRank(low);
  }

  private int reaching(long maxima, float bound) {
    FloatVector b = FloatVector.broadcast(F, bound);
    int count = 0;
    for (long at = 0; at < parts * UNROLL * VECTOR; at += VECTOR) {
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, maxima + at, ORDER);
      count += v.compare(VectorOperators.GE, b).trueCount();
    }
    return count;
  }

  /**
   * Appends what is not below the bound, from a column on.
   *
   * @return the first column not looked at: the end of the row, or earlier if the buffer is full
   */
  private int collect(long row, int from, float bound, long counter, long candidates) {
    FloatVector b = FloatVector.broadcast(F, bound);
    long count = ALL.get(JAVA_LONG, counter);
    int column = from;
    for (; column <= columns - STEP && count <= capacity - STEP; column += STEP) {
      long at = row + 4L * column & ADDRESS_BITS;
      FloatVector v0 = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
      FloatVector v1 = FloatVector.fromMemorySegment(F, ALL, at + VECTOR, ORDER);
      FloatVector v2 = FloatVector.fromMemorySegment(F, ALL, at + 2 * VECTOR, ORDER);
      FloatVector v3 = FloatVector.fromMemorySegment(F, ALL, at + 3 * VECTOR, ORDER);
      VectorMask<Float> m0 = v0.compare(VectorOperators.LT, b);
      VectorMask<Float> m1 = v1.compare(VectorOperators.LT, b);
      VectorMask<Float> m2 = v2.compare(VectorOperators.LT, b);
      VectorMask<Float> m3 = v3.compare(VectorOperators.LT, b);
      if (!m0.and(m1).and(m2).and(m3).allTrue()) {
        long below = m0.toLong() | m1.toLong() << LANES;
        below |= m2.toLong() << 2 * LANES | m3.toLong() << 3 * LANES;
        count = append(row, column, ~below & EVERY_LANE, count, candidates);
      }
    }
    if (column > columns - STEP && count <= capacity - STEP) {
      for (; column < columns; column++) {
        boolean reaches = !(ALL.get(JAVA_FLOAT_UNALIGNED, row + 4L * column) < bound);
        count = append(row, column, reaches ? 1 : 0, count, candidates);
      }
    }
    ALL.set(JAVA_LONG, counter, count);
    return column;
  }

  /** Appends the columns whose bits are set, counted from {@code column}. */
  private static long append(long row, int column, long bits, long count, long candidates) {
    long next = count;
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      int hit = column + Long.numberOfTrailingZeros(rest);
      float value = ALL.get(JAVA_FLOAT_UNALIGNED, row + 4L * hit);
      ALL.set(JAVA_LONG, candidates + 8 * next++, Candidates.of(value, hit));
    }
    return next;
  }
}
