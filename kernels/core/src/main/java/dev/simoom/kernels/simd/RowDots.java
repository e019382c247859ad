package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * Dot products of one row with chosen rows of a matrix, {@code out[j] = row . matrix[index[j]]},
 * four at a time, so that the row is loaded once for all four.
 */
final class RowDots {
  private static final int GROUP = 4;
  private static final long VECTOR = 4L * LANES;

  /** Bytes that {@link #products} needs for itself. */
  static final long SCRATCH_BYTES = GROUP * VECTOR;

  /** What adding up the lanes of a product costs, in multiply-adds. */
  static final int OVERHEAD = 16;

  private RowDots() {}

  /**
   * Writes the products of one row.
   *
   * @param row address of the row
   * @param matrix address of row 0
   * @param indices address of the row numbers, I32
   * @param count number of products
   * @param out address of the result
   * @param width number of columns
   * @param scratch start of {@link #SCRATCH_BYTES} bytes
   */
  static void products(
      long row, long matrix, long indices, long count, long out, long width, long scratch) {
    long stride = 4 * width;
    long whole = 4L * F.loopBound(width);
    long last = indices + 4 * (count - 1);
    for (long j = 0; j < count; j += GROUP) {
      long first = indices + 4 * j;
      long t0 = matrix + stride * index(first);
      long t1 = matrix + stride * index(Math.min(first + 4, last));
      long t2 = matrix + stride * index(Math.min(first + 8, last));
      long t3 = matrix + stride * index(Math.min(first + 12, last));
      partials(row, t0, t1, t2, t3, whole, scratch);
      long to = out + 4 * j;
      finish(row, t0, whole, stride, scratch, to);
      for (long g = 1; g < Math.min(GROUP, count - j); g++) {
        long other = g == 1 ? t1 : g == 2 ? t2 : t3;
        finish(row, other, whole, stride, scratch + g * VECTOR, to + 4 * g);
      }
    }
  }

  private static int index(long address) {
    return ALL.get(JAVA_INT_UNALIGNED, address);
  }

  /** The sums of four products by lane; where fewer are left, the last one stands in for others. */
  private static void partials(long row, long t0, long t1, long t2, long t3, long whole, long to) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (long c = 0; c < whole; c += VECTOR) {
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, row + c & ADDRESS_BITS, ORDER);
      s0 = FloatVector.fromMemorySegment(F, ALL, t0 + c & ADDRESS_BITS, ORDER).fma(x, s0);
      s1 = FloatVector.fromMemorySegment(F, ALL, t1 + c & ADDRESS_BITS, ORDER).fma(x, s1);
      s2 = FloatVector.fromMemorySegment(F, ALL, t2 + c & ADDRESS_BITS, ORDER).fma(x, s2);
      s3 = FloatVector.fromMemorySegment(F, ALL, t3 + c & ADDRESS_BITS, ORDER).fma(x, s3);
    }
    s0.intoMemorySegment(ALL, to, ORDER);
    s1.intoMemorySegment(ALL, to + VECTOR, ORDER);
    s2.intoMemorySegment(ALL, to + 2 * VECTOR, ORDER);
    s3.intoMemorySegment(ALL, to + 3 * VECTOR, ORDER);
  }

  /** Adds the lanes in a fixed order, four running sums, and the columns past the last vector. */
  private static void finish(long row, long other, long whole, long end, long lanes, long out) {
    float s0 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes);
    float s1 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 4);
    float s2 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 8);
    float s3 = ALL.get(JAVA_FLOAT_UNALIGNED, lanes + 12);
    for (long i = 16; i < VECTOR; i += 16) {
      s0 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i);
      s1 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 4);
      s2 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 8);
      s3 += ALL.get(JAVA_FLOAT_UNALIGNED, lanes + i + 12);
    }
    float sum = (s0 + s1) + (s2 + s3);
    for (long c = whole; c < end; c += 4) {
      float x = ALL.get(JAVA_FLOAT_UNALIGNED, row + c);
      sum = Math.fma(x, ALL.get(JAVA_FLOAT_UNALIGNED, other + c), sum);
    }
    ALL.set(JAVA_FLOAT_UNALIGNED, out, sum);
  }
}
