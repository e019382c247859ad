package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The weighted sum of chosen rows of a matrix, {@code out = sum_j weight[j] matrix[index[j]]},
 * terms added in order.
 *
 * <p>The sum of a piece of columns stays in registers while the rows pass by: eight vectors wide as
 * long as there are so many, then one, then single columns.
 */
final class WeightedRows {
  private static final int BLOCK = 8;
  private static final long VECTOR = 4L * LANES;

  private WeightedRows() {}

  /**
   * Writes one row of sums.
   *
   * @param matrix address of row 0
   * @param stride bytes between rows
   * @param indices address of the row numbers, I32
   * @param weights address of the weights, F32
   * @param terms number of both
   * @param out address of the result
   * @param width number of columns
   */
  static void sum(
      long matrix, long stride, long indices, long weights, long terms, long out, long width) {
    long column = 0;
    for (; column + BLOCK * LANES <= width; column += BLOCK * LANES) {
      block(matrix + 4 * column, stride, indices, weights, terms, out + 4 * column);
    }
    for (; column + LANES <= width; column += LANES) {
      vector(matrix + 4 * column, stride, indices, weights, terms, out + 4 * column);
    }
    for (; column < width; column++) {
      scalar(matrix + 4 * column, stride, indices, weights, terms, out + 4 * column);
    }
  }

  /** Adds one row to another. */
  static void add(long row, long to, long width) {
    long column = 0;
    for (; column + LANES <= width; column += LANES) {
      FloatVector.fromMemorySegment(F, ALL, to + 4 * column, ORDER)
          .add(FloatVector.fromMemorySegment(F, ALL, row + 4 * column, ORDER))
          .intoMemorySegment(ALL, to + 4 * column, ORDER);
    }
    for (; column < width; column++) {
      float sum =
          ALL.get(JAVA_FLOAT_UNALIGNED, to + 4 * column)
              + ALL.get(JAVA_FLOAT_UNALIGNED, row + 4 * column);
      ALL.set(JAVA_FLOAT_UNALIGNED, to + 4 * column, sum);
    }
  }

  private static void block(
      long matrix, long stride, long indices, long weights, long terms, long out) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (long j = 0; j < 4 * terms; j += 4) {
      long row = matrix + stride * ALL.get(JAVA_INT_UNALIGNED, indices + j);
      FloatVector w = FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, weights + j));
      s0 = FloatVector.fromMemorySegment(F, ALL, row, ORDER).fma(w, s0);
      s1 = FloatVector.fromMemorySegment(F, ALL, row + VECTOR, ORDER).fma(w, s1);
      s2 = FloatVector.fromMemorySegment(F, ALL, row + 2 * VECTOR, ORDER).fma(w, s2);
      s3 = FloatVector.fromMemorySegment(F, ALL, row + 3 * VECTOR, ORDER).fma(w, s3);
      s4 = FloatVector.fromMemorySegment(F, ALL, row + 4 * VECTOR, ORDER).fma(w, s4);
      s5 = FloatVector.fromMemorySegment(F, ALL, row + 5 * VECTOR, ORDER).fma(w, s5);
      s6 = FloatVector.fromMemorySegment(F, ALL, row + 6 * VECTOR, ORDER).fma(w, s6);
      s7 = FloatVector.fromMemorySegment(F, ALL, row + 7 * VECTOR, ORDER).fma(w, s7);
    }
    s0.intoMemorySegment(ALL, out, ORDER);
    s1.intoMemorySegment(ALL, out + VECTOR, ORDER);
    s2.intoMemorySegment(ALL, out + 2 * VECTOR, ORDER);
    s3.intoMemorySegment(ALL, out + 3 * VECTOR, ORDER);
    s4.intoMemorySegment(ALL, out + 4 * VECTOR, ORDER);
    s5.intoMemorySegment(ALL, out + 5 * VECTOR, ORDER);
    s6.intoMemorySegment(ALL, out + 6 * VECTOR, ORDER);
    s7.intoMemorySegment(ALL, out + 7 * VECTOR, ORDER);
  }

  private static void vector(
      long matrix, long stride, long indices, long weights, long terms, long out) {
    FloatVector s = FloatVector.zero(F);
    for (long j = 0; j < 4 * terms; j += 4) {
      long row = matrix + stride * ALL.get(JAVA_INT_UNALIGNED, indices + j);
      FloatVector w = FloatVector.broadcast(F, ALL.get(JAVA_FLOAT_UNALIGNED, weights + j));
      s = FloatVector.fromMemorySegment(F, ALL, row, ORDER).fma(w, s);
    }
    s.intoMemorySegment(ALL, out, ORDER);
  }

  private static void scalar(
      long matrix, long stride, long indices, long weights, long terms, long out) {
    float s = 0;
    for (long j = 0; j < 4 * terms; j += 4) {
      long row = matrix + stride * ALL.get(JAVA_INT_UNALIGNED, indices + j);
      float w = ALL.get(JAVA_FLOAT_UNALIGNED, weights + j);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, row), w, s);
    }
    ALL.set(JAVA_FLOAT_UNALIGNED, out, s);
  }
}
