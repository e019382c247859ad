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

  /** Replaces each element x by {@code exp(x - max)} and gives the sum. */
  static float exponentials(MemorySegment row, long at, int n, float max) {
    int j = 0;
    FloatVector sums = FloatVector.zero(F);
    for (; j <= n - LANES; j += LANES) {
      FloatVector y =
          FloatVector.fromMemorySegment(F, row, at + 4L * j, ORDER)
              .sub(max)
              .lanewise(VectorOperators.EXP);
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
