package dev.simoom.kernels.reference;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Port;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One operand as an array of numbers, bounds checked, converted from and to its type. */
record Memory(MemorySegment segment, DType type) {
  static Memory of(Buffer buffer, long offset, Port port) {
    return new Memory(buffer.segment().asSlice(offset, port.bytes()), port.type());
  }

  double get(long index) {
    return switch (type) {
      case F32 -> segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index);
      case F16 -> Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index));
      case BF16 ->
          Float.intBitsToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index) << 16);
      case I32, BOOL -> segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index);
    };
  }

  int getInt(long index) {
    return segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index);
  }

  void set(long index, double value) {
    switch (type) {
      case F32 -> segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * index, (float) value);
      case F16 ->
          segment.set(
              ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index, Float.floatToFloat16((float) value));
      case BF16 ->
          segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index, toBfloat16((float) value));
      case I32 -> segment.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * index, (int) (long) value);
      case BOOL -> segment.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * index, value != 0 ? 1 : 0);
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
