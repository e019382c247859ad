package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** One operand in a buffer of its own, with guard zones before and after it. */
final class Cells implements AutoCloseable {
  private static final long GUARD = 192;

  private final Port port;
  private final long offset;
  private final Buffer buffer;

  /**
   * Makes room and fills all of it, guards included, with noise.
   *
   * @param misalignment elements by which the operand starts off the 64-byte grid
   */
  Cells(Port port, int misalignment, SplittableRandom noise) {
    this.port = port;
    offset = offset(port, misalignment);
    buffer = Buffer.allocate(port.name(), offset + port.bytes() + GUARD);
    byte[] bytes = new byte[Math.toIntExact(buffer.bytes())];
    noise.nextBytes(bytes);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, buffer.segment(), 0, bytes.length);
  }

  /** Where the operand starts in its buffer, in bytes. */
  static long offset(Port port, int misalignment) {
    return GUARD + (long) misalignment * port.type().bytes();
  }

  Buffer buffer() {
    return buffer;
  }

  Operand operand(int slot) {
    return new Operand(slot, offset);
  }

  void complement() {
    for (long i = 0; i < buffer.bytes(); i++) {
      byte old = buffer.segment().get(ValueLayout.JAVA_BYTE, i);
      buffer.segment().set(ValueLayout.JAVA_BYTE, i, (byte) ~old);
    }
  }

  byte[] bytes() {
    return buffer.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  void fill(double[] values) {
    for (int i = 0; i < values.length; i++) {
      long at = offset + (long) i * port.type().bytes();
      float real = (float) values[i];
      switch (port.type()) {
        case F32 -> buffer.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, real);
        case F16 ->
            buffer.segment().set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(real));
        case BF16 ->
            buffer
                .segment()
                .set(
                    ValueLayout.JAVA_SHORT_UNALIGNED,
                    at,
                    (short) (Float.floatToRawIntBits(real) >>> 16));
        case I32, BOOL -> buffer.segment().set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) values[i]);
      }
    }
  }

  /** An element of what {@link #bytes()} gave. */
  static double element(byte[] bytes, int at, DType type) {
    MemorySegment memory = MemorySegment.ofArray(bytes);
    return switch (type) {
      case F32 -> memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case BF16 -> Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16);
      case I32, BOOL -> memory.get(ValueLayout.JAVA_INT_UNALIGNED, at);
    };
  }

  @Override
  public void close() {
    buffer.close();
  }
}
