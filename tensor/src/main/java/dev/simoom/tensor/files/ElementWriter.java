package dev.simoom.tensor.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.simoom.kernels.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Writes elements of ours as they lie in files, little-endian and truth values as bytes. */
public final class ElementWriter {
  private static final int ALIGNMENT = 64;
  private static final int CHUNK_BYTES = 1 << 20;

  private ElementWriter() {}

  /** What takes the bytes. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes all bytes that remain in a buffer, which is used again for the next.
     *
     * @throws IOException if that fails
     */
    void accept(ByteBuffer bytes) throws IOException;
  }

  /**
   * Passes elements on in pieces.
   *
   * @param type of the data, which lies in the machine's byte order, truth values as 32-bit
   *     integers
   * @param stored what they become: the type's own, {@link StoredType#of}, or F32 for BF16
   * @throws ConversionException if a truth value is neither 0 nor 1; bytes before it may have been
   *     passed on
   * @throws IOException if the sink throws it
   */
  public static void write(DType type, MemorySegment data, StoredType stored, Sink sink)
      throws ConversionException, IOException {
    long elements = data.byteSize() / type.bytes();
    long step = CHUNK_BYTES / stored.bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(Math.min(step, elements) * stored.bytes(), ALIGNMENT);
      for (long from = 0; from < elements; from += step) {
        long n = Math.min(step, elements - from);
        MemorySegment part = data.asSlice(from * type.bytes(), n * type.bytes());
        switch (type) {
          case F32, I32 ->
              MemorySegment.copy(part, JAVA_INT_UNALIGNED, 0, chunk, Conversion.FILE_INT, 0, n);
          case F16, BF16 -> writeHalves(part, n, stored, chunk);
          case BOOL -> narrow(part, from, n, chunk);
        }
        sink.accept(chunk.asSlice(0, n * stored.bytes()).asByteBuffer());
      }
    }
  }

  private static void writeHalves(
      MemorySegment part, long n, StoredType stored, MemorySegment chunk) {
    if (stored != StoredType.F32) {
      MemorySegment.copy(part, JAVA_SHORT_UNALIGNED, 0, chunk, Conversion.FILE_SHORT, 0, n);
      return;
    }
    for (long i = 0; i < n; i++) {
      chunk.set(Conversion.FILE_INT, 4 * i, part.get(JAVA_SHORT_UNALIGNED, 2 * i) << 16);
    }
  }

  private static void narrow(MemorySegment part, long from, long n, MemorySegment chunk)
      throws ConversionException {
    for (long i = 0; i < n; i++) {
      int value = part.get(JAVA_INT_UNALIGNED, 4 * i);
      if ((value & ~1) != 0) {
        throw new ConversionException(
            "element " + (from + i) + " is " + value + ", a truth value must be 0 or 1");
      }
      chunk.set(JAVA_BYTE, i, (byte) value);
    }
  }
}
