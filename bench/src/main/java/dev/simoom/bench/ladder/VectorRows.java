package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.F;
import static dev.simoom.bench.ladder.Lanes.FLOAT;
import static dev.simoom.bench.ladder.Lanes.LANES;
import static dev.simoom.bench.ladder.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Loops over one row of floats, in vectors and then, where a vector would not fit, one by one. */
final class VectorRows {
  private static final float LOG2_E = (float) (1 / Math.log(2));

  /** The leading bits of ln 2, few enough that a product with an exponent is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

  /**
   * 1.5 times 2^23: what is added to it is rounded to an integer, which is in the low bits then.
   */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int EXPONENT_SHIFT = 23;
  private static final int ONE_BITS = Float.floatToRawIntBits(1);

  /** Below this, exp would be subnormal; here it is 0. */
  private static final float LEAST_EXPONENT = -87;

  private VectorRows() {}

  /** {@code to += factor * from}. */
  static void addScaled(
      MemorySegment from, long fromAt, float factor, MemorySegment to, long toAt, int n) {
    int j = 0;
    FloatVector factors = FloatVector.broadcast(F, factor);
    for (; j <= n - LANES; j += LANES) {
      FloatVector.fromMemorySegment(F, from, fromAt + 4L * j, ORDER)
          .fma(factors, FloatVector.fromMemorySegment(F, to, toAt + 4L * j, ORDER))
          .intoMemorySegment(to, toAt + 4L * j, ORDER);
    }
    for (; j < n; j++) {
      float value =
          Math.fma(from.get(FLOAT, fromAt + 4L * j), factor, to.get(FLOAT, toAt + 4L * j));
      to.set(FLOAT, toAt + 4L * j, value);
    }
  }

  /** {@code to = factor * from}; both may be the same. */
  static void scale(
      MemorySegment from, long fromAt, float factor, MemorySegment to, long toAt, int n) {
    int j = 0;
    for (; j <= n - LANES; j += LANES) {
      FloatVector.fromMemorySegment(F, from, fromAt + 4L * j, ORDER)
          .mul(factor)
          .intoMemorySegment(to, toAt + 4L * j, ORDER);
    }
    for (; j < n; j++) {
      to.set(FLOAT, toAt + 4L * j, from.get(FLOAT, fromAt + 4L * j) * factor);
    }
  }

  /** The sum of products, the lanes added up once at the end. */
  static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
    int j = 0;
    FloatVector sums = FloatVector.zero(F);
    for (; j <= n - LANES; j += LANES) {
      sums =
          FloatVector.fromMemorySegment(F, a, aAt + 4L * j, ORDER)
              .fma(FloatVector.fromMemorySegment(F, b, bAt + 4L * j, ORDER), sums);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (; j < n; j++) {
      sum = Math.fma(a.get(FLOAT, aAt + 4L * j), b.get(FLOAT, bAt + 4L * j), sum);
    }
    return sum;
  }

  /** The largest element and {@code least}, whichever is larger. */
  static float max(MemorySegment row, long at, int n, float least) {
    int j = 0;
    FloatVector largest = FloatVector.broadcast(F, least);
    for (; j <= n - LANES; j += LANES) {
      largest = largest.max(FloatVector.fromMemorySegment(F, row, at + 4L * j, ORDER));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; j < n; j++) {
      max = Math.max(max, row.get(FLOAT, at + 4L * j));
    }
    return max;
  }

  /**
   * Replaces each element x by {@code exp(x - max)} and gives the sum; no element is above max.
   *
   * <p>exp(x) is 2^n exp(r), n being x / ln 2 rounded and r the rest, taken off in two parts (Cody
   * and Waite); exp(r) is the first terms of its series. The library's own vector exponential is
   * not always compiled into a call without objects, and is then several times slower.
   */
  static float exponentials(MemorySegment row, long at, int n, float max) {
    int j = 0;
    FloatVector sums = FloatVector.zero(F);
    for (; j <= n - LANES; j += LANES) {
      FloatVector x = FloatVector.fromMemorySegment(F, row, at + 4L * j, ORDER).sub(max);
      FloatVector rounded = x.fma(LOG2_E, ROUNDER);
      FloatVector whole = rounded.sub(ROUNDER);
      FloatVector r = whole.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
      r = whole.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector y = r.fma(1f / 720, 1f / 120);
      y = y.fma(r, FloatVector.broadcast(F, 1f / 24));
      y = y.fma(r, FloatVector.broadcast(F, 1f / 6));
      y = y.fma(r, FloatVector.broadcast(F, 1f / 2));
      y = y.fma(r, FloatVector.broadcast(F, 1));
      y = y.fma(r, FloatVector.broadcast(F, 1));
      FloatVector power =
          rounded
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, EXPONENT_SHIFT)
              .add(ONE_BITS)
              .reinterpretAsFloats();
      y = y.mul(power).blend(0f, x.lt(LEAST_EXPONENT));
      y.intoMemorySegment(row, at + 4L * j, ORDER);
      sums = sums.add(y);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (; j < n; j++) {
      float y = (float) Math.exp(row.get(FLOAT, at + 4L * j) - max);
      row.set(FLOAT, at + 4L * j, y);
      sum += y;
    }
    return sum;
  }
}
