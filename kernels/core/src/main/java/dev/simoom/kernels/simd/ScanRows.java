package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One step of many lines that lie side by side, from a row to the next; sizes are in bytes, below
 * {@link #MOST}. What runs along stays in memory, in the first-level cache.
 */
final class ScanRows {
  /** A row is shorter than this. */
  static final int MOST = 1 << 12;

  private static final int VECTOR = 4 * LANES;

  private ScanRows() {}

  /**
   * Writes {@code out = carry + (local += x)}: what is added one by one starts anew now and then.
   */
  static void sum(long x, long local, long carry, long out, int bytes) {
    long from = x & ADDRESS_BITS;
    long near = local & ADDRESS_BITS;
    long far = carry & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      FloatVector sum =
          FloatVector.fromMemorySegment(F, ALL, from + i, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, near + i, ORDER));
      sum.intoMemorySegment(ALL, near + i, ORDER);
      FloatVector.fromMemorySegment(F, ALL, far + i, ORDER)
          .add(sum)
          .intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i < n; i += 4) {
      float sum = ALL.get(FLOAT, from + i) + ALL.get(FLOAT, near + i);
      ALL.set(FLOAT, near + i, sum);
      ALL.set(FLOAT, to + i, ALL.get(FLOAT, far + i) + sum);
    }
  }

  /**
   * Moves {@code local} over to {@code carry}, and keeps in {@code lost} what that rounds away
   * (Kahan's sum; beside an infinite one nothing is lost that could be told).
   */
  static void fold(long local, long carry, long lost, int bytes) {
    long near = local & ADDRESS_BITS;
    long far = carry & ADDRESS_BITS;
    long rest = lost & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      FloatVector before = FloatVector.fromMemorySegment(F, ALL, far + i, ORDER);
      FloatVector part =
          FloatVector.fromMemorySegment(F, ALL, near + i, ORDER)
              .add(FloatVector.fromMemorySegment(F, ALL, rest + i, ORDER));
      FloatVector sum = before.add(part);
      FloatVector away = part.sub(sum.sub(before));
      away.blend(0f, away.compare(VectorOperators.NE, away))
          .intoMemorySegment(ALL, rest + i, ORDER);
      sum.intoMemorySegment(ALL, far + i, ORDER);
      FloatVector.zero(F).intoMemorySegment(ALL, near + i, ORDER);
    }
    for (; i < n; i += 4) {
      float before = ALL.get(FLOAT, far + i);
      float part = ALL.get(FLOAT, near + i) + ALL.get(FLOAT, rest + i);
      float sum = before + part;
      float away = part - (sum - before);
      ALL.set(FLOAT, rest + i, away == away ? away : 0);
      ALL.set(FLOAT, far + i, sum);
      ALL.set(FLOAT, near + i, 0);
    }
  }

  /** Writes {@code out = before x}. */
  static void product(long x, long before, long out, int bytes) {
    long from = x & ADDRESS_BITS;
    long last = before & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      FloatVector.fromMemorySegment(F, ALL, last + i, ORDER)
          .mul(FloatVector.fromMemorySegment(F, ALL, from + i, ORDER))
          .intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i < n; i += 4) {
      ALL.set(FLOAT, to + i, ALL.get(FLOAT, last + i) * ALL.get(FLOAT, from + i));
    }
  }

  /** Writes {@code out = factors before + x}. */
  static void recurrence(long factors, long x, long before, long out, int bytes) {
    long scale = factors & ADDRESS_BITS;
    long from = x & ADDRESS_BITS;
    long last = before & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      FloatVector.fromMemorySegment(F, ALL, scale + i, ORDER)
          .fma(
              FloatVector.fromMemorySegment(F, ALL, last + i, ORDER),
              FloatVector.fromMemorySegment(F, ALL, from + i, ORDER))
          .intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i < n; i += 4) {
      float next =
          Math.fma(ALL.get(FLOAT, scale + i), ALL.get(FLOAT, last + i), ALL.get(FLOAT, from + i));
      ALL.set(FLOAT, to + i, next);
    }
  }

  /** Writes {@code out = before + x} of integers. */
  static void integerSum(long x, long before, long out, int bytes) {
    long from = x & ADDRESS_BITS;
    long last = before & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      IntVector.fromMemorySegment(I, ALL, last + i, ORDER)
          .add(IntVector.fromMemorySegment(I, ALL, from + i, ORDER))
          .intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i < n; i += 4) {
      int next = ALL.get(JAVA_INT_UNALIGNED, last + i) + ALL.get(JAVA_INT_UNALIGNED, from + i);
      ALL.set(JAVA_INT_UNALIGNED, to + i, next);
    }
  }

  /** Writes {@code out = before x} of integers. */
  static void integerProduct(long x, long before, long out, int bytes) {
    long from = x & ADDRESS_BITS;
    long last = before & ADDRESS_BITS;
    long to = out & ADDRESS_BITS;
    int n = bytes & MOST - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      IntVector.fromMemorySegment(I, ALL, last + i, ORDER)
          .mul(IntVector.fromMemorySegment(I, ALL, from + i, ORDER))
          .intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i < n; i += 4) {
      int next = ALL.get(JAVA_INT_UNALIGNED, last + i) * ALL.get(JAVA_INT_UNALIGNED, from + i);
      ALL.set(JAVA_INT_UNALIGNED, to + i, next);
    }
  }

  /** Adds one number to all of a row, which may be of any length. */
  static void shift(long row, float number, long bytes) {
    for (long piece = 0; piece < bytes; piece += MOST / 2) {
      long at = row + piece & ADDRESS_BITS;
      int n = (int) Math.min(MOST / 2, bytes - piece) & MOST - 1;
      int i = 0;
      for (; i <= n - VECTOR; i += VECTOR) {
        FloatVector.fromMemorySegment(F, ALL, at + i, ORDER)
            .add(number)
            .intoMemorySegment(ALL, at + i, ORDER);
      }
      for (; i < n; i += 4) {
        ALL.set(FLOAT, at + i, ALL.get(FLOAT, at + i) + number);
      }
    }
  }
}
