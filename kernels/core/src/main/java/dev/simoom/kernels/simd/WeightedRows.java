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
 * The weighted sum of chosen rows of a matrix, {@code out = sum_j weight[j] matrix[index[j]]},
 * terms added in order.
 *
 * <p>Four rows at a time are added to what is there: each is read from end to end, as memory likes
 * it best, and no sum is carried from one round of a loop to the next.
 */
final class WeightedRows {
  private static final int ROWS = 4;
  private static final int VECTOR = 4 * LANES;

  /** Columns that are summed before the next ones: as many as stay in the first-level cache. */
  private static final int BLOCK = 2048;

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
    for (long column = 0; column < width; column += BLOCK) {
      int columns = (int) Math.min(BLOCK, width - column);
      block(matrix + 4 * column, stride, indices, weights, terms, out + 4 * column, columns);
    }
  }

  private static void block(
      long matrix, long stride, long indices, long weights, long terms, long out, int columns) {
    clear(out, columns);
    long end = 4 * terms;
    long j = 0;
    for (; j <= end - 4 * ROWS; j += 4 * ROWS) {
      four(
          row(matrix, stride, indices + j),
          row(matrix, stride, indices + j + 4),
          row(matrix, stride, indices + j + 8),
          row(matrix, stride, indices + j + 12),
          weights + j,
          out,
          columns);
    }
    for (; j < end; j += 4) {
      one(row(matrix, stride, indices + j), weight(weights + j), out, columns);
    }
  }

  private static void clear(long out, int columns) {
    long to = out & ADDRESS_BITS;
    int bytes = bytes(columns);
    int c = 0;
    for (; c <= bytes - VECTOR; c += VECTOR) {
      FloatVector.zero(F).intoMemorySegment(ALL, to + c, ORDER);
    }
    for (; c < bytes; c += 4) {
      ALL.set(JAVA_FLOAT_UNALIGNED, to + c, 0f);
    }
  }

  /** The length of a piece of a row, so that the compiler sees that no address overflows. */
  private static int bytes(int columns) {
    return 4 * (columns & 2 * BLOCK - 1);
  }

  private static long row(long matrix, long stride, long index) {
    return matrix + stride * ALL.get(JAVA_INT_UNALIGNED, index);
  }

  private static float weight(long address) {
    return ALL.get(JAVA_FLOAT_UNALIGNED, address);
  }

  /** Adds one row to another. */
  static void add(long row, long to, long width) {
    for (long column = 0; column < width; column += BLOCK) {
      one(row + 4 * column, 1, to + 4 * column, (int) Math.min(BLOCK, width - column));
    }
  }

  private static void four(
      long row0, long row1, long row2, long row3, long weights, long out, int columns) {
    float w0 = weight(weights);
    float w1 = weight(weights + 4);
    float w2 = weight(weights + 8);
    float w3 = weight(weights + 12);
    long r0 = row0 & ADDRESS_BITS;
    long r1 = row1 & ADDRESS_BITS;
    long r2 = row2 & ADDRESS_BITS;
    long r3 = row3 & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int bytes = bytes(columns);
    int c = 0;
    for (; c <= bytes - VECTOR; c += VECTOR) {
      FloatVector s = FloatVector.fromMemorySegment(F, ALL, to + c, ORDER);
      s = FloatVector.fromMemorySegment(F, ALL, r0 + c, ORDER).fma(FloatVector.broadcast(F, w0), s);
      s = FloatVector.fromMemorySegment(F, ALL, r1 + c, ORDER).fma(FloatVector.broadcast(F, w1), s);
      s = FloatVector.fromMemorySegment(F, ALL, r2 + c, ORDER).fma(FloatVector.broadcast(F, w2), s);
      s = FloatVector.fromMemorySegment(F, ALL, r3 + c, ORDER).fma(FloatVector.broadcast(F, w3), s);
      s.intoMemorySegment(ALL, to + c, ORDER);
    }
    for (; c < bytes; c += 4) {
      float s = ALL.get(JAVA_FLOAT_UNALIGNED, to + c);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, r0 + c), w0, s);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, r1 + c), w1, s);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, r2 + c), w2, s);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, r3 + c), w3, s);
      ALL.set(JAVA_FLOAT_UNALIGNED, to + c, s);
    }
  }

  private static void one(long row, float weight, long out, int columns) {
    long from = row & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int bytes = bytes(columns);
    int c = 0;
    for (; c <= bytes - VECTOR; c += VECTOR) {
      FloatVector s = FloatVector.fromMemorySegment(F, ALL, to + c, ORDER);
      FloatVector.fromMemorySegment(F, ALL, from + c, ORDER)
          .fma(FloatVector.broadcast(F, weight), s)
          .intoMemorySegment(ALL, to + c, ORDER);
    }
    for (; c < bytes; c += 4) {
      float s = ALL.get(JAVA_FLOAT_UNALIGNED, to + c);
      s = Math.fma(ALL.get(JAVA_FLOAT_UNALIGNED, from + c), weight, s);
      ALL.set(JAVA_FLOAT_UNALIGNED, to + c, s);
    }
  }
}
