package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.Names;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The header of a file, read and checked.
 *
 * @param tensors in the order of the header
 * @param metadata in the order of the header
 */
record Header(List<Item> tensors, SequencedMap<String, String> metadata) {
  /** Bytes of the number that says how long the header is. */
  static final int LENGTH_BYTES = 8;

  /** The longest header the format allows, in bytes. */
  static final long MAX_LENGTH = 100_000_000;

  static final String METADATA = "__metadata__";

  private static final int MAX_DIGITS = 18;

  /**
   * One tensor.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Item(String name, FileType type, Shape shape, long begin, long end) {}

  /**
   * Reads a header.
   *
   * @param dataBytes bytes in the file after the header
   * @throws SafetensorsException if it breaks the format
   */
  static Header parse(Path file, byte[] bytes, long dataBytes) throws SafetensorsException {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new SafetensorsException(file, "the header does not start with '{'");
    }
    Json.Members members = (Json.Members) parseJson(file, "the header", bytes);
    List<Item> tensors = new ArrayList<>();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : members.values().entrySet()) {
      if (member.getKey().equals(METADATA)) {
        readMetadata(file, member.getValue(), metadata);
      } else {
        tensors.add(item(file, member.getKey(), member.getValue()));
      }
    }
    checkCover(file, tensors, dataBytes);
    return new Header(List.copyOf(tensors), Collections.unmodifiableSequencedMap(metadata));
  }

  /**
   * Reads JSON in UTF-8.
   *
   * @param what part of the file it is, for messages
   */
  static Json parseJson(Path file, String what, byte[] bytes) throws SafetensorsException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JsonReader.parse(text);
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(file, what + " is not UTF-8 text");
    } catch (JsonException e) {
      throw new SafetensorsException(file, what + " is not JSON: " + e.getMessage());
    }
  }

  private static void readMetadata(Path file, Json value, Map<String, String> metadata)
      throws SafetensorsException {
    if (!(value instanceof Json.Members members)) {
      throw new SafetensorsException(file, METADATA + " is not an object");
    }
    for (Map.Entry<String, Json> member : members.values().entrySet()) {
      if (!(member.getValue() instanceof Json.Text text)) {
        throw new SafetensorsException(
            file,
            METADATA
                + " maps "
                + Names.quote(member.getKey())
                + " to something that is not a string");
      }
      metadata.put(member.getKey(), text.value());
    }
  }

  private static Item item(Path file, String name, Json value) throws SafetensorsException {
    if (!(value instanceof Json.Members members)) {
      throw new SafetensorsException(file, name, "its description is not an object");
    }
    for (String key : members.values().sequencedKeySet()) {
      if (!List.of("dtype", "shape", "data_offsets").contains(key)) {
        throw new SafetensorsException(file, name, "unknown property " + Names.quote(key));
      }
    }
    FileType type = type(file, name, members.values().get("dtype"));
    Shape shape = shape(file, name, members.values().get("shape"));
    long[] offsets = numbers(file, name, "data_offsets", members.values().get("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new SafetensorsException(
          file, name, "data_offsets must be the first byte and the byte after the last");
    }
    checkSize(file, name, type, shape, offsets[1] - offsets[0]);
    return new Item(name, type, shape, offsets[0], offsets[1]);
  }

  private static FileType type(Path file, String name, @Nullable Json value)
      throws SafetensorsException {
    if (!(value instanceof Json.Text text)) {
      throw new SafetensorsException(file, name, "dtype is missing or not a string");
    }
    return FileType.named(text.value())
        .orElseThrow(
            () ->
                new SafetensorsException(file, name, "unknown dtype " + Names.quote(text.value())));
  }

  private static Shape shape(Path file, String name, @Nullable Json value)
      throws SafetensorsException {
    try {
      return Shape.of(numbers(file, name, "shape", value));
    } catch (IllegalArgumentException e) {
      throw new SafetensorsException(file, name, e.getMessage());
    }
  }

  private static long[] numbers(Path file, String name, String key, @Nullable Json value)
      throws SafetensorsException {
    if (!(value instanceof Json.Items items)) {
      throw new SafetensorsException(file, name, key + " is missing or not an array");
    }
    long[] numbers = new long[items.values().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(file, name, key, items.values().get(i));
    }
    return numbers;
  }

  private static long number(Path file, String name, String key, Json value)
      throws SafetensorsException {
    if (value instanceof Json.Number(String literal)
        && literal.length() <= MAX_DIGITS
        && literal.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Long.parseLong(literal);
    }
    throw new SafetensorsException(
        file, name, key + " holds something that is not a whole number from 0 to 10^18");
  }

  private static void checkSize(Path file, String name, FileType type, Shape shape, long bytes)
      throws SafetensorsException {
    long wanted = shape.elements() * type.bytes();
    if (wanted != bytes) {
      throw new SafetensorsException(
          file,
          name,
          "shape "
              + shape
              + " of "
              + type
              + " takes "
              + wanted
              + " bytes, but data_offsets span "
              + bytes);
    }
  }

  /** The format wants every byte after the header to belong to exactly one tensor. */
  private static void checkCover(Path file, List<Item> tensors, long dataBytes)
      throws SafetensorsException {
    List<Item> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Item::begin).thenComparingLong(Item::end));
    long covered = 0;
    for (Item item : sorted) {
      if (item.begin() != covered) {
        throw new SafetensorsException(
            file,
            item.name(),
            "its data starts at byte "
                + item.begin()
                + (item.begin() < covered ? ", inside" : ", not at the end of")
                + " the data before it, which ends at "
                + covered);
      }
      covered = item.end();
    }
    if (covered != dataBytes) {
      throw new SafetensorsException(
          file, "the tensors take " + covered + " bytes, but the file has " + dataBytes);
    }
  }
}
