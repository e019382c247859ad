package dev.simoom.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads numbers, strings and values one after the other, never beyond the end of the file. */
final class GgufCursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Deeper nesting of arrays is refused, so that no file can exhaust the stack. */
  private static final int MAX_DEPTH = 8;

  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** Least bytes of a value of each type, by the type's number. */
  private static final int[] LEAST_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

  private final Path path;
  private final MemorySegment file;
  private long position;

  GgufCursor(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  long position() {
    return position;
  }

  GgufException fault(String problem, Object... parts) {
    return new GgufException(path, problem.formatted(parts));
  }

  /** Steps over bytes that must be there, and gives the place of the first. */
  private long step(long bytes) throws GgufException {
    if (bytes > file.byteSize() - position) {
      throw fault("ends inside its header, at byte %d", position);
    }
    long at = position;
    position += bytes;
    return at;
  }

  int int32() throws GgufException {
    return file.get(INT, step(4));
  }

  long int64() throws GgufException {
    return file.get(LONG, step(8));
  }

  /**
   * How many things follow; there cannot be more than there is room for.
   *
   * @param least bytes that each takes
   */
  int count(String what, long least) throws GgufException {
    long count = int64();
    long room = (file.byteSize() - position) / least;
    if (count < 0 || count > Math.min(room, Integer.MAX_VALUE - 8)) {
      throw fault(
          "claims %s %s at byte %d, more than the file has room for",
          Long.toUnsignedString(count), what, position - 8);
    }
    return (int) count;
  }

  String string() throws GgufException {
    int length = count("bytes of text", 1);
    byte[] bytes = file.asSlice(step(length), length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw fault("has text that is not UTF-8 before byte %d", position);
    }
  }

  /** A value behind the number of its type. */
  GgufValue value() throws GgufException {
    return value(type(), 0);
  }

  private int type() throws GgufException {
    int type = int32();
    if (type < 0 || type >= LEAST_BYTES.length) {
      throw fault("has a value of unknown type %d at byte %d", type, position - 4);
    }
    return type;
  }

  private GgufValue value(int type, int depth) throws GgufException {
    return switch (type) {
      case 0 -> new GgufValue.Unsigned(Byte.toUnsignedLong(int8()));
      case 1 -> new GgufValue.Signed(int8());
      case 2 -> new GgufValue.Unsigned(Short.toUnsignedLong(file.get(SHORT, step(2))));
      case 3 -> new GgufValue.Signed(file.get(SHORT, step(2)));
      case 4 -> new GgufValue.Unsigned(Integer.toUnsignedLong(int32()));
      case 5 -> new GgufValue.Signed(int32());
      case 6 -> new GgufValue.Real(Float.intBitsToFloat(int32()));
      case 7 -> new GgufValue.Truth(truth());
      case STRING -> new GgufValue.Text(string());
      case ARRAY -> new GgufValue.Items(items(depth + 1));
      case 10 -> new GgufValue.Unsigned(int64());
      case 11 -> new GgufValue.Signed(int64());
      default -> new GgufValue.Real(Double.longBitsToDouble(int64()));
    };
  }

  private byte int8() throws GgufException {
    return file.get(ValueLayout.JAVA_BYTE, step(1));
  }

  private boolean truth() throws GgufException {
    int value = int8();
    if ((value & ~1) != 0) {
      throw fault("has a truth value of %d at byte %d", value, position - 1);
    }
    return value == 1;
  }

  private List<GgufValue> items(int depth) throws GgufException {
    if (depth > MAX_DEPTH) {
      throw fault("has arrays nested more than %d deep at byte %d", MAX_DEPTH, position);
    }
    int type = type();
    int count = count("values", LEAST_BYTES[type]);
    List<GgufValue> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(value(type, depth));
    }
    return List.copyOf(items);
  }
}
