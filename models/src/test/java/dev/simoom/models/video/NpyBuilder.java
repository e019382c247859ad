package dev.simoom.models.video;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Files as NumPy's {@code save} writes them. */
final class NpyBuilder {
  private NpyBuilder() {}

  /** A file of some version with any header and data. */
  static byte[] file(int version, String header, byte[] data) {
    int begin = version == 1 ? 10 : 12;
    String padded = header + " ".repeat(63 - (begin + header.length()) % 64) + "\n";
    ByteBuffer start = ByteBuffer.allocate(begin).order(ByteOrder.LITTLE_ENDIAN);
    start.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      start.putShort((short) padded.length());
    } else {
      start.putInt(padded.length());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(start.array());
    out.writeBytes(padded.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(data);
    return out.toByteArray();
  }

  /** A header. */
  static String header(String type, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
        .formatted(type, fortran ? "True" : "False", shape);
  }

  /** The bytes of [shape] as numbers of a type, in either order. */
  static byte[] data(byte[] levels, String type, boolean fortran, int... shape) {
    int size = type.charAt(2) - '0';
    ByteOrder order = type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer data = ByteBuffer.allocate(levels.length * size).order(order);
    for (int i = 0; i < levels.length; i++) {
      int at = fortran ? fortranIndex(i, shape) : i;
      int level = levels[i] & 255;
      switch (size) {
        case 1 -> data.put(at, levels[i]);
        case 4 -> data.putFloat(4 * at, level / 255f);
        default -> data.putDouble(8 * at, level / 255.0);
      }
    }
    return data.array();
  }

  private static int fortranIndex(int index, int[] shape) {
    int rest = index;
    int at = 0;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      int stride = 1;
      for (int before = 0; before < axis; before++) {
        stride *= shape[before];
      }
      at += rest % shape[axis] * stride;
      rest /= shape[axis];
    }
    return at;
  }
}
