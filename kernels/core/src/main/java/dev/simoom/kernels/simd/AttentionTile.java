package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.PolynomialMath.EXP2_1;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_2;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_3;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_4;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_5;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_6;
import static dev.simoom.kernels.simd.PolynomialMath.EXP2_LOWEST;
import static dev.simoom.kernels.simd.PolynomialMath.EXPONENT_SHIFT;
import static dev.simoom.kernels.simd.PolynomialMath.LN2;
import static dev.simoom.kernels.simd.PolynomialMath.LN2_HIGH;
import static dev.simoom.kernels.simd.PolynomialMath.LN2_LOW;
import static dev.simoom.kernels.simd.PolynomialMath.ONE_BITS;
import static dev.simoom.kernels.simd.PolynomialMath.ROUNDER;
import static dev.simoom.kernels.simd.PolynomialMath.SQRT_HALF_BITS;
import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static dev.simoom.kernels.simd.TileProduct.WIDTH;
import static dev.simoom.kernels.simd.TileProduct.WIDTH_BYTES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What attention does with a tile of scores between two matrix products.
 *
 * <p>A tile holds one row for each key and one column, a vector lane, for each of {@link
 * TileProduct#WIDTH} queries, so that sums and maxima over keys never cross lanes. Scores are
 * logarithms to base 2, which makes their exponentials cheaper.
 */
final class AttentionTile {
  private static final int VECTOR_BYTES = 4 * LANES;

  private AttentionTile() {}

  /** Writes 0, 1, 2, ... for {@link #mask}. */
  static void ramp(long to) {
    for (int i = 0; i < WIDTH; i++) {
      ALL.set(FLOAT, to + 4L * i, i);
    }
  }

  /** Fills one row. */
  static void fill(long to, float value) {
    FloatVector all = FloatVector.broadcast(F, value);
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      all.intoMemorySegment(ALL, to + column, ORDER);
    }
  }

  /**
   * Puts negative infinity where a query must not see a key: in columns {@code c < row + shift}.
   */
  static void mask(long tile, int rows, int shift, long ramp) {
    FloatVector hidden = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector lane = FloatVector.fromMemorySegment(F, ALL, ramp + column, ORDER);
      for (int row = Math.max(0, 1 - shift); row < rows; row++) {
        long at = tile + (long) row * WIDTH_BYTES + column & ADDRESS_BITS;
        FloatVector.fromMemorySegment(F, ALL, at, ORDER)
            .blend(hidden, lane.compare(VectorOperators.LT, (float) (row + shift)))
            .intoMemorySegment(ALL, at, ORDER);
      }
    }
  }

  /**
   * Raises the running maxima to those of a tile.
   *
   * @param maxima running maxima, read and written
   * @param shift the new maxima, 0 where negative infinity
   * @param before the old maxima
   */
  static void maxima(long tile, int rows, long maxima, long shift, long before) {
    FloatVector none = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector max = FloatVector.fromMemorySegment(F, ALL, maxima + column, ORDER);
      max.intoMemorySegment(ALL, before + column, ORDER);
      FloatVector other = none;
      long at = tile + column;
      // Two maxima take turns, so that one comparison need not wait for the one before.
      for (int row = 0; row < rows - 1; row += 2) {
        at &= ADDRESS_BITS;
        FloatVector score = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
        max = max.blend(score, max.lt(score));
        score = FloatVector.fromMemorySegment(F, ALL, at + WIDTH_BYTES, ORDER);
        other = other.blend(score, other.lt(score));
        at += 2 * WIDTH_BYTES;
      }
      if (rows % 2 > 0) {
        FloatVector score = FloatVector.fromMemorySegment(F, ALL, at, ORDER);
        other = other.blend(score, other.lt(score));
      }
      max = max.blend(other, max.lt(other));
      max.intoMemorySegment(ALL, maxima + column, ORDER);
      max.blend(0f, max.eq(none)).intoMemorySegment(ALL, shift + column, ORDER);
    }
  }

  /**
   * Replaces scores by 2^(score - shift of the column) and gives each column's sum.
   *
   * <p>Differences are at most 0, but for rounding; the range above is not guarded.
   */
  static void powers(long tile, int rows, long shift, long sums) {
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector less = FloatVector.fromMemorySegment(F, ALL, shift + column, ORDER);
      FloatVector sum = FloatVector.zero(F);
      long at = tile + column;
      for (int row = 0; row < rows; row++) {
        at &= ADDRESS_BITS;
        FloatVector x = FloatVector.fromMemorySegment(F, ALL, at, ORDER).sub(less);
        FloatVector rounded = x.add(ROUNDER);
        FloatVector r = x.sub(rounded.sub(ROUNDER));
        FloatVector y = r.fma(EXP2_6, EXP2_5);
        y = y.fma(r, FloatVector.broadcast(F, EXP2_4));
        y = y.fma(r, FloatVector.broadcast(F, EXP2_3));
        y = y.fma(r, FloatVector.broadcast(F, EXP2_2));
        y = y.fma(r, FloatVector.broadcast(F, EXP2_1));
        y = y.fma(r, FloatVector.broadcast(F, 1f));
        FloatVector power =
            rounded
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)
                .add(ONE_BITS)
                .reinterpretAsFloats();
        y = y.mul(power).blend(0f, x.lt(EXP2_LOWEST));
        y.intoMemorySegment(ALL, at, ORDER);
        sum = sum.add(y);
        at += WIDTH_BYTES;
      }
      sum.intoMemorySegment(ALL, sums + column, ORDER);
    }
  }

  /** Running sums of exponentials: {@code total = total * decay + sum}. */
  static void accumulate(long totals, long decay, long sums) {
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector.fromMemorySegment(F, ALL, totals + column, ORDER)
          .fma(
              FloatVector.fromMemorySegment(F, ALL, decay + column, ORDER),
              FloatVector.fromMemorySegment(F, ALL, sums + column, ORDER))
          .intoMemorySegment(ALL, totals + column, ORDER);
    }
  }

  /** Multiplies row i of a block by factor i; most are 1 once the maxima have settled. */
  static void decay(long block, long row, int whole, long factors) {
    for (int i = 0; i < WIDTH; i++) {
      float factor = ALL.get(FLOAT, factors + 4L * i);
      if (factor != 1f) {
        Rows.scale(block + i * row, whole, block + i * row, factor);
      }
    }
  }

  /** {@code sums = ln 2 maxima + log(sums)}, negative infinity where a sum is 0. */
  static void logSumExp(long maxima, long sums) {
    FloatVector none = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, sums + column, ORDER);
      IntVector bits = x.reinterpretAsInts();
      IntVector e = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, EXPONENT_SHIFT);
      FloatVector f =
          bits.sub(e.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)).reinterpretAsFloats();
      FloatVector n = e.add(Float.floatToRawIntBits(ROUNDER)).reinterpretAsFloats().sub(ROUNDER);
      FloatVector s = f.sub(1f).div(f.add(1f));
      FloatVector z = s.mul(s);
      FloatVector y = z.fma(PolynomialMath.LOG_11, PolynomialMath.LOG_9);
      y = y.fma(z, FloatVector.broadcast(F, PolynomialMath.LOG_7));
      y = y.fma(z, FloatVector.broadcast(F, PolynomialMath.LOG_5));
      y = y.fma(z, FloatVector.broadcast(F, PolynomialMath.LOG_3));
      y = y.mul(z).fma(s, s.add(s));
      y = n.fma(FloatVector.broadcast(F, LN2_LOW), y);
      y = n.fma(FloatVector.broadcast(F, LN2_HIGH), y);
      // A NaN loses itself in the bits above; x - x brings it back and is 0 otherwise.
      y = y.add(x.sub(x));
      FloatVector max = FloatVector.fromMemorySegment(F, ALL, maxima + column, ORDER);
      y = max.fma(FloatVector.broadcast(F, LN2), y);
      y.blend(none, x.eq(0f)).intoMemorySegment(ALL, sums + column, ORDER);
    }
  }

  /** The gradient of the scores, {@code P * (dP - D of the column)}, written over dP. */
  static void scoreGradient(long probabilities, long gradient, int rows, long dots) {
    for (int column = 0; column < WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector dot = FloatVector.fromMemorySegment(F, ALL, dots + column, ORDER);
      for (int row = 0; row < rows; row++) {
        long offset = (long) row * WIDTH_BYTES + column;
        long at = gradient + offset & ADDRESS_BITS;
        long weight = probabilities + offset & ADDRESS_BITS;
        FloatVector.fromMemorySegment(F, ALL, at, ORDER)
            .sub(dot)
            .mul(FloatVector.fromMemorySegment(F, ALL, weight, ORDER))
            .intoMemorySegment(ALL, at, ORDER);
      }
    }
  }
}
