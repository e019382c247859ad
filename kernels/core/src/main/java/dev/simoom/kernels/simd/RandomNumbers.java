package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.L;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Turns random words into random numbers in place, by arithmetic that has the same bits on every
 * machine.
 *
 * <p>The polynomials are minimax fits made for these intervals: of {@code (ln(1 + t) - t + t^2 / 2)
 * / t^3} between the square roots of 1/2 and 2, 6e-9 relative to the logarithm, and of {@code sin(2
 * pi z) / z} by the square of z up to a quarter turn, 6e-9 relative.
 */
final class RandomNumbers {
  private static final long VECTOR = 4L * LANES;
  private static final float UNIT = 0x1p-24f;
  private static final int SQRT_HALF = 0x3f3504f3;
  private static final float LN_2 = 0.6931472f;

  private RandomNumbers() {}

  /** Uniform numbers in [0, 1) of blocks of four words. */
  static void uniform(long at, int blocks) {
    for (long i = at; i < at + 16L * blocks; i += VECTOR) {
      IntVector word = IntVector.fromMemorySegment(I, ALL, i, ORDER);
      IntVector digits = word.lanewise(VectorOperators.LSHR, 8);
      ((FloatVector) digits.convert(VectorOperators.I2F, 0))
          .mul(UNIT)
          .intoMemorySegment(ALL, i, ORDER);
    }
  }

  /** Standard normal numbers of blocks of four words: the radius of each pair, then its angles. */
  static void normal(long at, int blocks) {
    long end = at + 16L * blocks;
    for (long i = at; i < end; i += VECTOR) {
      pair(i);
    }
  }

  private static void pair(long at) {
    LongVector words = LongVector.fromMemorySegment(L, ALL, at, ORDER);
    LongVector first = words.and(0xffffffffL).or(words.lanewise(VectorOperators.LSHL, 32));
    LongVector second = words.and(0xffffffff00000000L).or(words.lanewise(VectorOperators.LSHR, 32));
    IntVector digits = first.reinterpretAsInts().lanewise(VectorOperators.LSHR, 8).add(1);
    FloatVector u = (FloatVector) digits.convert(VectorOperators.I2F, 0);
    IntVector turns = second.reinterpretAsInts().lanewise(VectorOperators.LSHR, 8);
    FloatVector v = ((FloatVector) turns.convert(VectorOperators.I2F, 0)).mul(UNIT);

    IntVector bits = u.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF).lanewise(VectorOperators.ASHR, 23);
    FloatVector t =
        bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
    FloatVector p = FloatVector.broadcast(F, -0.076345f);
    p = p.fma(t, FloatVector.broadcast(F, 0.12761582f));
    p = p.fma(t, FloatVector.broadcast(F, -0.13160184f));
    p = p.fma(t, FloatVector.broadcast(F, 0.14201757f));
    p = p.fma(t, FloatVector.broadcast(F, -0.16623357f));
    p = p.fma(t, FloatVector.broadcast(F, 0.20001227f));
    p = p.fma(t, FloatVector.broadcast(F, -0.2500082f));
    p = p.fma(t, FloatVector.broadcast(F, 0.3333333f));
    p = p.fma(t, FloatVector.broadcast(F, -0.5f)).mul(t.mul(t)).add(t);
    FloatVector powers = (FloatVector) exponent.sub(24).convert(VectorOperators.I2F, 0);
    FloatVector radius = powers.fma(FloatVector.broadcast(F, LN_2), p).mul(-2).sqrt();

    IntVector odd = IntVector.zero(I).addIndex(1).and(1);
    FloatVector angle = v.sub(((FloatVector) odd.convert(VectorOperators.I2F, 0)).mul(0.25f));
    angle = angle.sub(FloatVector.broadcast(F, 1), angle.compare(VectorOperators.GE, 0.5f));
    FloatVector z = FloatVector.broadcast(F, 0.25f).sub(angle.abs());
    FloatVector square = z.mul(z);
    FloatVector s = FloatVector.broadcast(F, 39.71092f);
    s = s.fma(square, FloatVector.broadcast(F, -76.57499f));
    s = s.fma(square, FloatVector.broadcast(F, 81.602234f));
    s = s.fma(square, FloatVector.broadcast(F, -41.34168f));
    s = s.fma(square, FloatVector.broadcast(F, 6.2831855f));
    s.mul(z).mul(radius).intoMemorySegment(ALL, at, ORDER);
  }
}
