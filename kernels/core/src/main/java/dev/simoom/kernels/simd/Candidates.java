package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.L;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Values with their columns as longs whose descending order is that of the values, NaN first, and
 * among equal values ascending by column.
 */
final class Candidates {
  /** Up to here, counting for each candidate the larger ones beats sorting with branches. */
  private static final int RUN = 64;

  /** From here on digits take less time than comparisons. */
  private static final int MANY = 512;

  private static final int LONGS = L.length();

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

  /** Bytes of working space that {@link #sort} needs beside the candidates. */
  static long workingBytes(int count) {
    return 8L * Math.max(RUN, count) + RadixSort.COUNTS_BYTES;
  }

  /**
   * Sorts in descending order: runs by counting, then merging, or many by their digits.
   *
   * <p>Those of equal values come in ascending order of their columns, as rows are read.
   *
   * @param at address of the candidates, where they are left in order
   * @param other {@link #workingBytes} bytes
   */
  static void sort(long at, long other, int count) {
    if (count >= MANY) {
      RadixSort.sort(at, other, other + 8L * count, count);
      return;
    }
    for (int run = 0; run < count; run += RUN) {
      sortRun(at + 8L * run, other, Math.min(RUN, count - run));
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
      Moves.bytes(from, at, 8L * count);
    }
  }

  /** Candidates differ, so the number of larger ones is each one's place. */
  private static void sortRun(long at, long other, int count) {
    int whole = count - count % LONGS;
    for (int i = 0; i < count; i++) {
      long candidate = ALL.get(JAVA_LONG, at + 8L * i);
      int place = larger(candidate, at, whole);
      for (int j = whole; j < count; j++) {
        place += ALL.get(JAVA_LONG, at + 8L * j) > candidate ? 1 : 0;
      }
      ALL.set(JAVA_LONG, other + 8L * place, candidate);
    }
    Moves.bytes(other, at, 8L * count);
  }

  private static int larger(long candidate, long at, int count) {
    int larger = 0;
    for (int j = 0; j < count; j += LONGS) {
      LongVector v = LongVector.fromMemorySegment(L, ALL, at + 8L * j, ORDER);
      larger += v.compare(VectorOperators.GT, candidate).trueCount();
    }
    return larger;
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
