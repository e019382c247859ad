package dev.simoom.tensor.npy;

import dev.simoom.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What stands before the elements of an npy file: six bytes of magic, two of version, the length of
 * the rest in two bytes (version 1) or four (2 and 3), and a Python dictionary as text.
 *
 * @param type of the elements
 * @param columnsFirst whether they lie in Fortran order
 * @param shape the extents
 * @param bytes where the elements begin
 */
record NpyHeader(NpyType type, boolean columnsFirst, Shape shape, long bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int LONGEST_OF_VERSION_1 = 0xffff;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Reads it from the start of a file.
   *
   * @throws NpyException if it is none, or names a type that is not read
   */
  static NpyHeader read(String name, MemorySegment file) throws NpyException {
    byte[] start = file.asSlice(0, Math.min(8, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    if (start.length < 8 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new NpyException(name, "is no npy array, whatever its name says");
    }
    int version = start[6];
    if (version < 1 || version > 3 || start[7] != 0) {
      throw new NpyException(
          name,
          "is of npy version %d.%d, known are 1.0, 2.0 and 3.0"
              .formatted(version & 255, start[7] & 255));
    }
    int begin = version == 1 ? 10 : 12;
    if (file.byteSize() < begin) {
      throw new NpyException(name, "is cut off in its header; copy or save it anew");
    }
    long length = version == 1 ? file.get(SHORT, 8) & 0xffffL : file.get(INT, 8) & 0xffff_ffffL;
    if (length > Math.min(Integer.MAX_VALUE - 8L, file.byteSize() - begin)) {
      throw new NpyException(name, "is cut off in its header; copy or save it anew");
    }
    byte[] text = file.asSlice(begin, length).toArray(ValueLayout.JAVA_BYTE);
    return new NpyDictionary(name, decode(name, text, version)).header(begin + length);
  }

  private static String decode(String name, byte[] text, int version) throws NpyException {
    if (version < 3) {
      return new String(text, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new NpyException(name, "the header is not UTF-8 text");
    }
  }

  /**
   * The header of an array in rows-first order, of version 1 or, where that is too short, 2; filled
   * up so that the elements start at a multiple of 64 bytes.
   *
   * @param descr NumPy's name of the type
   */
  static byte[] of(String descr, Shape shape) {
    // NumPy writes the comma after the only extent that makes a Python tuple of it.
    String extents =
        LongStream.of(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(descr, extents, shape.rank() == 1 ? "," : "");
    int version = padded(10, text) - 10 <= LONGEST_OF_VERSION_1 ? 1 : 2;
    int begin = version == 1 ? 10 : 12;
    byte[] bytes = new byte[padded(begin, text)];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) version).put((byte) 0);
    if (version == 1) {
      buffer.putShort((short) (bytes.length - begin));
    } else {
      buffer.putInt(bytes.length - begin);
    }
    buffer.put(text.getBytes(StandardCharsets.ISO_8859_1));
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  private static int padded(int begin, String text) {
    return Math.ceilDiv(begin + text.length() + 1, ALIGNMENT) * ALIGNMENT;
  }
}
