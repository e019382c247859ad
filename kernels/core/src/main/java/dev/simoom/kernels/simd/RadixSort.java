package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Sorts longs in descending order of their upper halves, digit by digit from the lowest; those of
 * equal halves keep their order.
 */
final class RadixSort {
  private static final int DIGITS = 4;
  private static final int DIGIT_BITS = 8;
  private static final int BUCKETS = 1 << DIGIT_BITS;

  /** Room for how often each digit is met at each of its places. */
  static final int COUNTS_BYTES = 4 * DIGITS * BUCKETS;

  private RadixSort() {}

  /**
   * Sorts.
   *
   * @param at address of the longs, where they are left in order
   * @param other room for as many
   * @param counts {@link #COUNTS_BYTES} bytes
   */
  static void sort(long at, long other, long counts, int count) {
    Cells.fill(counts, DIGITS * BUCKETS, 0);
    count(at, counts, count);
    long from = at;
    long to = other;
    for (int digit = 0; digit < DIGITS; digit++) {
      long starts = counts + 4L * BUCKETS * digit;
      if (addUp(starts, count)) {
        move(from, to, starts, Integer.SIZE + DIGIT_BITS * digit, count);
        long swap = from;
        from = to;
        to = swap;
      }
    }
    if (from != at) {
      Moves.bytes(from, at, 8L * count);
    }
  }

  /** A number whose unsigned ascending order is the descending one. */
  private static long key(long value) {
    return ~value ^ Long.MIN_VALUE;
  }

  private static void count(long at, long counts, int count) {
    for (int i = 0; i < count; i++) {
      int key = (int) (key(ALL.get(JAVA_LONG, at + 8L * i & ADDRESS_BITS)) >>> Integer.SIZE);
      for (int digit = 0; digit < DIGITS; digit++) {
        int bucket = BUCKETS * digit + (key >>> DIGIT_BITS * digit & BUCKETS - 1);
        long counter = counts + 4L * bucket & ADDRESS_BITS;
        ALL.set(JAVA_INT, counter, ALL.get(JAVA_INT, counter) + 1);
      }
    }
  }

  /**
   * Makes counts the places where each bucket starts.
   *
   * @return whether there is more than one bucket to fill
   */
  private static boolean addUp(long counts, int count) {
    int sum = 0;
    boolean differ = true;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int own = ALL.get(JAVA_INT, counts + 4L * bucket);
      ALL.set(JAVA_INT, counts + 4L * bucket, sum);
      sum += own;
      differ &= own != count;
    }
    return differ;
  }

  private static void move(long from, long to, long starts, int shift, int count) {
    for (int i = 0; i < count; i++) {
      long value = ALL.get(JAVA_LONG, from + 8L * i & ADDRESS_BITS);
      int bucket = (int) (key(value) >>> shift) & BUCKETS - 1;
      long start = starts + 4L * bucket & ADDRESS_BITS;
      int place = ALL.get(JAVA_INT, start);
      ALL.set(JAVA_INT, start, place + 1);
      ALL.set(JAVA_LONG, to + 8L * place & ADDRESS_BITS, value);
    }
  }
}
