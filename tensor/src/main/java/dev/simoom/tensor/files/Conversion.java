package dev.simoom.tensor.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.simoom.kernels.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Conversions of elements in a file, which are little-endian, to elements in memory. */
final class Conversion {
  static final ValueLayout.OfShort FILE_SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt FILE_INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong FILE_LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble FILE_DOUBLE =
      JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int CHUNK = 4096;

  /** The smallest number that rounds to infinity: half a step above the largest finite one. */
  private static final float FIRST_INFINITE_F16 = 65520;

  private static final float FIRST_INFINITE_BF16 = 0x1.ffp127f;

  private Conversion() {}

  /** Whether {@link #firstUnfit} has something to look for. */
  static boolean mayNotFit(StoredType type, DType wanted) {
    boolean truth = type == StoredType.BOOL || wanted == DType.BOOL;
    return truth || !wanted.isFloating() && type != StoredType.I32;
  }

  /**
   * The index of the first element of an integer or truth type that has no value in the wanted
   * type, or -1: an integer outside its range, a truth value in the file that is neither 0 nor 1.
   */
  static long firstUnfit(StoredType type, MemorySegment source, long count, DType wanted) {
    boolean truth = type == StoredType.BOOL || wanted == DType.BOOL;
    long min = truth ? 0 : Integer.MIN_VALUE;
    long max = truth ? 1 : Integer.MAX_VALUE;
    for (long i = 0; i < count; i++) {
      long value = integer(type, source, i);
      if (value < min || value > max) {
        return i;
      }
    }
    return -1;
  }

  /** An element of an integer or truth type; those of U64 beyond a long become its largest. */
  private static long integer(StoredType type, MemorySegment source, long i) {
    return switch (type) {
      case I64 -> source.get(FILE_LONG, 8 * i);
      case I32 -> source.get(FILE_INT, 4 * i);
      case I16 -> source.get(FILE_SHORT, 2 * i);
      case I8 -> source.get(JAVA_BYTE, i);
      case U64 -> {
        long bits = source.get(FILE_LONG, 8 * i);
        yield bits < 0 ? Long.MAX_VALUE : bits;
      }
      case U32 -> Integer.toUnsignedLong(source.get(FILE_INT, 4 * i));
      case U16 -> Short.toUnsignedLong(source.get(FILE_SHORT, 2 * i));
      case U8, BOOL -> Byte.toUnsignedLong(source.get(JAVA_BYTE, i));
      default -> throw new IllegalArgumentException(type + " is no integer type");
    };
  }

  /** Whether {@link #firstOverflow} has something to look for. */
  static boolean mayOverflow(StoredType type, DType wanted) {
    return switch (wanted) {
      case F32 -> type == StoredType.F64;
      case BF16 -> type == StoredType.F64 || type == StoredType.F32;
      case F16 -> type.bytes() > 1 && type != StoredType.F16 && type != StoredType.I16;
      case I32, BOOL -> false;
    };
  }

  /** The index of the first finite number that the wanted floating type makes infinite, or -1. */
  static long firstOverflow(StoredType type, MemorySegment source, long count, DType wanted) {
    float limit =
        switch (wanted) {
          case F16 -> FIRST_INFINITE_F16;
          case BF16 -> FIRST_INFINITE_BF16;
          default -> Float.POSITIVE_INFINITY;
        };
    for (long i = 0; i < count; i++) {
      double value = real(type, source, i);
      if (Math.abs((float) value) >= limit && Double.isFinite(value)) {
        return i;
      }
    }
    return -1;
  }

  /** An element as a double; those of U64 beyond a long become its largest. */
  private static double real(StoredType type, MemorySegment source, long i) {
    return switch (type) {
      case F64 -> source.get(FILE_DOUBLE, 8 * i);
      case F32 -> Float.intBitsToFloat(source.get(FILE_INT, 4 * i));
      case F16 -> Float.float16ToFloat(source.get(FILE_SHORT, 2 * i));
      case BF16 -> Float.intBitsToFloat(source.get(FILE_SHORT, 2 * i) << 16);
      default -> integer(type, source, i);
    };
  }

  /** An element as text, for messages. */
  static String text(StoredType type, MemorySegment source, long i) {
    return switch (type) {
      case U64 -> Long.toUnsignedString(source.get(FILE_LONG, 8 * i));
      case F64, F32, F16, BF16 -> Double.toString(real(type, source, i));
      default -> Long.toString(integer(type, source, i));
    };
  }

  /**
   * Converts elements that all fit.
   *
   * @param source exactly {@code count} elements as in the file
   * @param target room for as many of the wanted type
   */
  static void convert(
      StoredType type, MemorySegment source, long count, DType wanted, MemorySegment target) {
    switch (wanted) {
      case F32 -> toFloats(type, source, count, target);
      case I32, BOOL -> toInts(type, source, count, target);
      case F16, BF16 -> {
        if (type == StoredType.of(wanted)) {
          MemorySegment.copy(source, FILE_SHORT, 0, target, JAVA_SHORT_UNALIGNED, 0, count);
        } else {
          toHalves(type, source, count, wanted, target);
        }
      }
    }
  }

  private static void toInts(
      StoredType type, MemorySegment source, long count, MemorySegment target) {
    if (type == StoredType.I32) {
      MemorySegment.copy(source, FILE_INT, 0, target, JAVA_INT_UNALIGNED, 0, count);
      return;
    }
    for (long i = 0; i < count; i++) {
      target.set(JAVA_INT_UNALIGNED, 4 * i, (int) integer(type, source, i));
    }
  }

  private static void toFloats(
      StoredType type, MemorySegment source, long n, MemorySegment target) {
    switch (type) {
      case F32 -> MemorySegment.copy(source, FILE_INT, 0, target, JAVA_INT_UNALIGNED, 0, n);
      case F64 -> {
        for (long i = 0; i < n; i++) {
          target.set(JAVA_FLOAT_UNALIGNED, 4 * i, (float) source.get(FILE_DOUBLE, 8 * i));
        }
      }
      case F16 -> {
        for (long i = 0; i < n; i++) {
          float value = Float.float16ToFloat(source.get(FILE_SHORT, 2 * i));
          target.set(JAVA_FLOAT_UNALIGNED, 4 * i, value);
        }
      }
      case BF16 -> {
        for (long i = 0; i < n; i++) {
          target.set(JAVA_INT_UNALIGNED, 4 * i, source.get(FILE_SHORT, 2 * i) << 16);
        }
      }
      case U64 -> {
        for (long i = 0; i < n; i++) {
          target.set(JAVA_FLOAT_UNALIGNED, 4 * i, unsignedToFloat(source.get(FILE_LONG, 8 * i)));
        }
      }
      default -> {
        for (long i = 0; i < n; i++) {
          target.set(JAVA_FLOAT_UNALIGNED, 4 * i, (float) integer(type, source, i));
        }
      }
    }
  }

  /** Halves what has no signed form, keeping a lost bit sticky so that it still rounds right. */
  private static float unsignedToFloat(long bits) {
    return bits >= 0 ? (float) bits : 2 * (float) (bits >>> 1 | bits & 1);
  }

  private static void toHalves(
      StoredType type, MemorySegment source, long count, DType wanted, MemorySegment target) {
    float[] floats = new float[CHUNK];
    MemorySegment scratch = MemorySegment.ofArray(floats);
    for (long from = 0; from < count; from += CHUNK) {
      int n = (int) Math.min(CHUNK, count - from);
      MemorySegment part = source.asSlice(from * type.bytes(), (long) n * type.bytes());
      toFloats(type, part, n, scratch);
      for (int i = 0; i < n; i++) {
        short half = wanted == DType.F16 ? Float.floatToFloat16(floats[i]) : toBfloat16(floats[i]);
        target.set(JAVA_SHORT_UNALIGNED, 2 * (from + i), half);
      }
    }
  }

  /** Rounds to nearest, ties to even; every NaN stays one. */
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
