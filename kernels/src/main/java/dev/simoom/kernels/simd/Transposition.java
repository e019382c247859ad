package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes floats in squares of as many rows as a vector has lanes.
 *
 * <p>A square is transposed by interleaving its upper half with its lower half, row by row, as
 * often as halving it leads to one row: each round moves one bit of the row number into the lane
 * number.
 */
final class Transposition {
  /** Bytes of temporary memory. */
  static final int TEMPORARY_BYTES = 2 * LANES * LANES * Float.BYTES;

  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int ROUNDS = Integer.numberOfTrailingZeros(LANES);
  private static final VectorShuffle<Float> LOWER = VectorShuffle.fromOp(F, i -> i / 2);
  private static final VectorShuffle<Float> UPPER = VectorShuffle.fromOp(F, i -> (i + LANES) / 2);
  private static final VectorMask<Float> ODD =
      VectorMask.fromLong(F, 0xaaaaaaaaaaaaaaaaL >>> Long.SIZE - LANES);

  private Transposition() {}

  /**
   * Transposes a matrix.
   *
   * @param rows rows of the source, in whole squares
   * @param columns columns of the source, in whole squares
   * @param fromRow bytes between rows of the source
   * @param toRow bytes between rows of the target
   * @param temporary start of {@link #TEMPORARY_BYTES} bytes
   */
  static void run(
      int rows, int columns, long from, long fromRow, long to, long toRow, long temporary) {
    for (int column = 0; column < columns; column += LANES) {
      for (int row = 0; row < rows; row += LANES) {
        square(
            from + row * fromRow + 4L * column,
            fromRow,
            to + column * toRow + 4L * row,
            toRow,
            temporary);
      }
    }
  }

  private static void square(long from, long fromRow, long to, long toRow, long temporary) {
    long half = TEMPORARY_BYTES / 2;
    interleave(from, fromRow, temporary, VECTOR_BYTES);
    long now = temporary;
    for (int round = 2; round < ROUNDS; round++) {
      long next = now == temporary ? temporary + half : temporary;
      interleave(now, VECTOR_BYTES, next, VECTOR_BYTES);
      now = next;
    }
    interleave(now, VECTOR_BYTES, to, toRow);
  }

  private static void interleave(long from, long fromRow, long to, long toRow) {
    long above = from;
    long below = from + LANES / 2 * fromRow;
    long at = to;
    for (int i = 0; i < LANES / 2; i++) {
      above &= ADDRESS_BITS;
      below &= ADDRESS_BITS;
      at &= ADDRESS_BITS;
      FloatVector a = FloatVector.fromMemorySegment(F, ALL, above, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(F, ALL, below, ORDER);
      a.rearrange(LOWER).blend(b.rearrange(LOWER), ODD).intoMemorySegment(ALL, at, ORDER);
      a.rearrange(UPPER)
          .blend(b.rearrange(UPPER), ODD)
          .intoMemorySegment(ALL, at + toRow & ADDRESS_BITS, ORDER);
      above += fromRow;
      below += fromRow;
      at += 2 * toRow;
    }
  }
}
