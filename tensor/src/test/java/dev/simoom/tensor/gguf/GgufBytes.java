package dev.simoom.tensor.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a GGUF file piece by piece, and notes where lengths and places stand. */
final class GgufBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> fields = new ArrayList<>();

  /** The start of a file. */
  static GgufBytes start(int version, long tensors, long pairs) {
    GgufBytes bytes = new GgufBytes();
    bytes.out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    return bytes.int32(version).int64(tensors).int64(pairs);
  }

  GgufBytes int8(int value) {
    out.write(value);
    return this;
  }

  GgufBytes int16(int value) {
    return int8(value).int8(value >> 8);
  }

  GgufBytes int32(int value) {
    fields.add(out.size());
    return int16(value).int16(value >> 16);
  }

  GgufBytes int64(long value) {
    fields.add(out.size());
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  GgufBytes string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** A tensor's entry, extents innermost first as in the format. */
  GgufBytes tensor(String name, int type, long offset, long... extents) {
    string(name).int32(extents.length);
    for (long extent : extents) {
      int64(extent);
    }
    return int32(type).int64(offset);
  }

  GgufBytes align(int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    return this;
  }

  GgufBytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  int[] fields() {
    return fields.stream().mapToInt(Integer::intValue).toArray();
  }
}
