package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static dev.simoom.kernels.simd.Simd.S;

import dev.simoom.kernels.DType;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Copies of strided matrices into packed floats; all addresses and steps are in bytes. */
final class Packing {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  /** Two to the power 112: the difference between the exponent biases of F32 and F16. */
  private static final float F16_SCALE = 0x1p112f;

  private Packing() {}

  /**
   * Copies rows of adjacent elements, widened to floats.
   *
   * @param rows number of rows
   * @param width elements in each row
   */
  static void rows(
      DType type, long from, long fromStep, long to, long toStep, int rows, int width) {
    int vectors = Math.ceilDiv(width, LANES);
    int excess = vectors * LANES - width;
    int whole = rows - rowsToSpare(excess, type.bytes(), fromStep, toStep);
    for (int v = vectors - 1; v >= 0; v--) {
      long source = from + (long) v * LANES * type.bytes();
      long target = to + (long) v * VECTOR_BYTES;
      switch (type) {
        case F32 -> copy(source, fromStep, target, toStep, whole);
        case BF16 -> widenBfloat16(source, fromStep, target, toStep, whole);
        case F16 -> widenFloat16(source, fromStep, target, toStep, whole);
        case I32, BOOL -> throw new IllegalArgumentException("matrix of " + type);
      }
    }
    int rest = Math.max(whole, 0);
    elements(
        type,
        from + rest * fromStep,
        fromStep,
        type.bytes(),
        to + rest * toStep,
        toStep,
        rows - rest,
        width);
  }

  /**
   * How many rows at the end must be copied exactly. The others may be copied in whole vectors,
   * since what those read too much lies within the rows that follow, and what they write too much
   * is overwritten by them or, where a row takes several vectors, by its neighbour's first ones,
   * which therefore come last.
   */
  private static int rowsToSpare(int excess, int bytes, long fromStep, long toStep) {
    if (excess == 0) {
      return 0;
    }
    if (fromStep == 0 || toStep == 0) {
      return Integer.MAX_VALUE;
    }
    long read = Math.ceilDiv((long) excess * bytes, fromStep);
    long written = Math.ceilDiv((long) excess * Float.BYTES, toStep);
    return (int) Math.max(read, written);
  }

  private static void copy(long from, long fromStep, long to, long toStep, int rows) {
    long source = from;
    long target = to;
    for (int p = 0; p < rows; p++) {
      source &= ADDRESS_BITS;
      target &= ADDRESS_BITS;
      FloatVector.fromMemorySegment(F, ALL, source, ORDER).intoMemorySegment(ALL, target, ORDER);
      source += fromStep;
      target += toStep;
    }
  }

  private static void widenBfloat16(long from, long fromStep, long to, long toStep, int rows) {
    long source = from;
    long target = to;
    for (int p = 0; p < rows; p++) {
      source &= ADDRESS_BITS;
      target &= ADDRESS_BITS;
      ((IntVector)
              ShortVector.fromMemorySegment(S, ALL, source, ORDER)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .intoMemorySegment(ALL, target, ORDER);
      source += fromStep;
      target += toStep;
    }
  }

  /**
   * Moves exponent and fraction into place and multiplies by the difference of the biases, which is
   * exact and normalises subnormal numbers; infinities and NaN keep an exponent of all ones.
   */
  private static void widenFloat16(long from, long fromStep, long to, long toStep, int rows) {
    long source = from;
    long target = to;
    for (int p = 0; p < rows; p++) {
      source &= ADDRESS_BITS;
      target &= ADDRESS_BITS;
      IntVector half =
          (IntVector)
              ShortVector.fromMemorySegment(S, ALL, source, ORDER)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
      IntVector magnitude = half.and(0x7fff);
      IntVector finite =
          magnitude
              .lanewise(VectorOperators.LSHL, 13)
              .reinterpretAsFloats()
              .mul(F16_SCALE)
              .reinterpretAsInts();
      finite
          .blend(finite.or(0x7f800000), magnitude.compare(VectorOperators.GE, 0x7c00))
          .or(half.and(0x8000).lanewise(VectorOperators.LSHL, 16))
          .intoMemorySegment(ALL, target, ORDER);
      source += fromStep;
      target += toStep;
    }
  }

  /** Copies any matrix element by element; its result has its columns side by side. */
  static void elements(
      DType type,
      long from,
      long rowStep,
      long columnStep,
      long to,
      long toStep,
      int rows,
      int columns) {
    for (int p = 0; p < rows; p++) {
      long source = from + p * rowStep;
      long target = to + p * toStep;
      for (int j = 0; j < columns; j++) {
        float value = element(type, source + j * columnStep & ADDRESS_BITS);
        ALL.set(FLOAT, target + (long) j * Float.BYTES & ADDRESS_BITS, value);
      }
    }
  }

  private static float element(DType type, long address) {
    return switch (type) {
      case F32 -> ALL.get(FLOAT, address);
      case F16 -> Float.float16ToFloat(ALL.get(SHORT, address));
      case BF16 -> Float.intBitsToFloat(ALL.get(SHORT, address) << 16);
      case I32, BOOL -> throw new IllegalArgumentException("matrix of " + type);
    };
  }
}
