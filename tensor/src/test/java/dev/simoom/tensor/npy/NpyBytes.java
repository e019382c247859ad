package dev.simoom.tensor.npy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as NumPy writes them. */
final class NpyBytes {
  private NpyBytes() {}

  /** A file of some version with any header and data. */
  static byte[] file(int version, String header, byte[] data) {
    int begin = version == 1 ? 10 : 12;
    byte[] text =
        (header + " ".repeat(63 - (begin + header.length()) % 64) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(begin + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    return file.put(text).put(data).array();
  }

  /** A header. */
  static String header(String type, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
        .formatted(type, fortran ? "True" : "False", shape);
  }

  /** Whole numbers as elements of a type. */
  static byte[] elements(String type, long... values) {
    int size = type.charAt(2) - '0';
    ByteBuffer data = ByteBuffer.allocate(values.length * size);
    data.order(type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (type.substring(1)) {
        case "f8" -> data.putDouble(value);
        case "f4" -> data.putFloat(value);
        case "f2" -> data.putShort(Float.floatToFloat16(value));
        case "i8", "u8" -> data.putLong(value);
        case "i4", "u4" -> data.putInt((int) value);
        case "i2", "u2" -> data.putShort((short) value);
        default -> data.put((byte) value);
      }
    }
    return data.array();
  }

  /** A zip of files by name. */
  static byte[] zip(boolean deflated, Map<String, byte[]> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        if (!deflated) {
          CRC32 sum = new CRC32();
          sum.update(file.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(file.getValue().length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
