package dev.simoom.kernels.simd;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** Single values at absolute addresses. */
final class Cells {
  /** The smallest page of any system, less one. */
  private static final long PAGE = 4095;

  /** Formats of real numbers. */
  static final int F32 = 0;

  static final int F16 = 1;
  static final int BF16 = 2;

  private Cells() {}

  static long getLong(long address) {
    return Simd.ALL.get(ValueLayout.JAVA_LONG, address);
  }

  static void putLong(long address, long value) {
    Simd.ALL.set(ValueLayout.JAVA_LONG, address, value);
  }

  static double getDouble(long address) {
    return Simd.ALL.get(ValueLayout.JAVA_DOUBLE, address);
  }

  static void putDouble(long address, double value) {
    Simd.ALL.set(ValueLayout.JAVA_DOUBLE, address, value);
  }

  static int getInt(long address) {
    return Simd.ALL.get(ValueLayout.JAVA_INT, address);
  }

  static void putInt(int value, long address) {
    Simd.ALL.set(ValueLayout.JAVA_INT, address, value);
  }

  static float getFloat(long address) {
    return Simd.ALL.get(ValueLayout.JAVA_FLOAT, address);
  }

  static void putFloat(float value, long address) {
    Simd.ALL.set(ValueLayout.JAVA_FLOAT, address, value);
  }

  /**
   * A real number in a format, {@link #F32}, {@link #F16} or {@link #BF16}.
   *
   * <p>This, {@link #address}, {@link #readable} and {@link #copyPart} are what generated code
   * calls at every operand. They are long enough that the first compiler tier leaves them as calls:
   * the dozens of small methods behind one access to a segment, inlined at each place, would exceed
   * the number of values that it can handle ({@link MethodCost}).
   */
  static float real(long address, int format) {
    return switch (format) {
      case F16 -> Float.float16ToFloat(Simd.ALL.get(ValueLayout.JAVA_SHORT, address));
      case BF16 -> Float.intBitsToFloat(Simd.ALL.get(ValueLayout.JAVA_SHORT, address) << 16);
      default -> Simd.ALL.get(ValueLayout.JAVA_FLOAT, address);
    };
  }

  /**
   * Where a slot's element lies in a row; for the slot of a row coordinate, the coordinate.
   *
   * @param slot the place in a frame of the slot's address in row 0 and of the way to the next row
   * @param offset bytes from the row's first element
   */
  static long address(long slot, long row, long offset) {
    long first = Simd.ALL.get(ValueLayout.JAVA_LONG, slot);
    long step = Simd.ALL.get(ValueLayout.JAVA_LONG, slot + 8);
    return first + row * step + offset;
  }

  static void putHalf(float value, long address) {
    Simd.ALL.set(ValueLayout.JAVA_SHORT, address, Float.floatToFloat16(value));
  }

  static void putBrain(float value, long address) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
    short cut = (short) (value != value ? (bits >>> 16) | 0x40 : rounded);
    Simd.ALL.set(ValueLayout.JAVA_SHORT, address, cut);
  }

  /**
   * Where a whole vector can be read of which only some bytes are there: the same place, or a copy
   * if the vector would reach into a page of memory that may not exist.
   */
  static long readable(long address, int bytes, long copy) {
    if ((address & PAGE) + 4L * Simd.LANES <= PAGE + 1) {
      return address;
    }
    copyPart(address, copy, bytes);
    return copy;
  }

  /** Copies less than a vector, a multiple of two bytes. */
  static void copyPart(long from, long to, int bytes) {
    if (bytes >= 4) {
      VectorMask<Integer> there = Simd.I.indexInRange(0, bytes >> 2);
      IntVector.fromMemorySegment(Simd.I, Simd.ALL, from, Simd.ORDER, there)
          .intoMemorySegment(Simd.ALL, to, Simd.ORDER, there);
    }
    if ((bytes & 2) != 0) {
      long last = bytes - 2;
      short value = Simd.ALL.get(ValueLayout.JAVA_SHORT, from + last);
      Simd.ALL.set(ValueLayout.JAVA_SHORT, to + last, value);
    }
  }

  /** Fills floats or ints with one pattern. */
  static void fill(long address, long count, int bits) {
    long end = address + 4 * count;
    long a = address;
    IntVector pattern = IntVector.broadcast(Simd.I, bits);
    for (; a + 4L * Simd.LANES <= end; a += 4L * Simd.LANES) {
      pattern.intoMemorySegment(Simd.ALL, a, Simd.ORDER);
    }
    for (; a < end; a += 4) {
      putInt(bits, a);
    }
  }
}
