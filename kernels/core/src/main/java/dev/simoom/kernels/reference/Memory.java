package dev.simoom.kernels.reference;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.IndexErrors;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Port;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** One operand as an array of numbers, bounds checked, converted from and to its type. */
record Memory(MemorySegment segment, DType type) {
  static Memory of(Buffer buffer, long offset, Port port) {
    return new Memory(buffer.segment().asSlice(offset, port.bytes()), port.type());
  }

  /**
   * Where the element at a position of a loop nest lies.
   *
   * @param extents extents of the nest, outermost first
   * @param strides distances of the operand along each dimension, or along more dimensions further
   *     in
   * @param position number of the position in rows-first order
   */
  static long offset(List<Long> extents, List<Long> strides, long position) {
    long offset = 0;
    long rest = position;
    for (int d = extents.size() - 1; d >= 0; d--) {
      offset += rest % extents.get(d) * strides.get(d);
      rest /= extents.get(d);
    }
    return offset;
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

  /** Reads {@code count} elements, {@code stride} apart. */
  double[] get(long start, long stride, long count) {
    double[] values = new double[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(start + i * stride);
    }
    return values;
  }

  int getInt(long index) {
    return segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index);
  }

  /**
   * Reads an index into a table.
   *
   * @throws IndexOutOfBoundsException if the table has no such row
   */
  int getIndex(long position, Kernel kernel, long entries) {
    int index = getInt(position);
    if (index < 0 || index >= entries) {
      throw IndexErrors.outside(kernel, position, index, entries);
    }
    return index;
  }

  /** Rounds to the type; integers wrap around. */
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

  /** Writes {@code values.length} elements side by side. */
  void set(long start, double[] values) {
    for (int i = 0; i < values.length; i++) {
      set(start + i, values[i]);
    }
  }

  /** Copies the bits of one element from memory of the same type. */
  void copy(long index, Memory source, long sourceIndex) {
    long bytes = type.bytes();
    MemorySegment.copy(source.segment, bytes * sourceIndex, segment, bytes * index, bytes);
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
