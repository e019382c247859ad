package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Values with their columns as longs whose descending order is that of the values, NaN first, and
 * among equal values ascending by column.
 */
final class Candidates {
  private static final int RUN = 16;

  private Candidates() {}

  static long of(float value, int column) {
    return (long) rank(value) << 32 | ~column & 0xffffffffL;
  }

  static int column(long candidate) {
    return ~(int) candidate;
  }

  static float value(long candidate) {
    return ofRank((int) (candidate >> 32));
  }

  /** An integer that orders as the value does; the zeros are equal, and all NaN, the largest. */
  static int rank(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ bits >> 31 & Integer.MAX_VALUE;
  }

  static float ofRank(int rank) {
    return Float.intBitsToFloat(rank ^ rank >> 31 & Integer.MAX_VALUE);
  }

  /**
   * Sorts in descending order: short runs by insertion, then merging.
   *
   * @param at address of the candidates, where they are left in order
   * @param other room for as many
   */
  static void sort(long at, long other, int count) {
    for (int run = 0; run < count; run += RUN) {
      insertionSort(at + 8L * run, Math.min(RUN, count - run));
    }
    long from = at;
    long to = other;
    for (long run = RUN; run < count; run *= 2) {
      for (long start = 0; start < count; start += 2 * run) {
        merge(from, to, start, Math.min(start + run, count), Math.min(start + 2 * run, count));
      }
      long swap = from;
      from = to;
      to = swap;
    }
    if (from != at) {
      for (long i = 0; i < count; i++) {
        ALL.set(JAVA_LONG, at + 8 * i, ALL.get(JAVA_LONG, from + 8 * i));
      }
    }
  }

  private static void insertionSort(long at, int count) {
    for (int i = 1; i < count; i++) {
      long moved = ALL.get(JAVA_LONG, at + 8L * i);
      int j = i;
      while (j > 0 && ALL.get(JAVA_LONG, at + 8L * (j - 1)) < moved) {
        ALL.set(JAVA_LONG, at + 8L * j, ALL.get(JAVA_LONG, at + 8L * (j - 1)));
        j--;
      }
      ALL.set(JAVA_LONG, at + 8L * j, moved);
    }
  }

  private static void merge(long from, long to, long start, long middle, long end) {
    long left = start;
    long right = middle;
    for (long i = start; i < end; i++) {
      boolean takeLeft =
          right >= end
              || left < middle
                  && ALL.get(JAVA_LONG, from + 8 * left) > ALL.get(JAVA_LONG, from + 8 * right);
      long source = takeLeft ? left++ : right++;
      ALL.set(JAVA_LONG, to + 8 * i, ALL.get(JAVA_LONG, from + 8 * source));
    }
  }
}
