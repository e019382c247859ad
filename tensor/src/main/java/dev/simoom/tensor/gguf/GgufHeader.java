package dev.simoom.tensor.gguf;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.Names;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the tensors' data, read and checked.
 *
 * @param version of the format, 2 or 3
 * @param tensors in the order of the file
 */
record GgufHeader(int version, SequencedMap<String, GgufValue> metadata, List<Item> tensors) {
  private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;

  /** As many axes as the format has had so far. */
  private static final int MAX_RANK = 4;

  private static final int LEAST_BYTES_OF_PAIR = 13;
  private static final int LEAST_BYTES_OF_TENSOR = 24;

  /**
   * One tensor.
   *
   * @param id number of its type in the file
   * @param begin first byte in the file
   * @param bytes size of its data; 0 if the type is not known
   */
  record Item(String name, int id, Shape shape, long begin, long bytes) {}

  static GgufHeader read(Path path, MemorySegment file) throws GgufException {
    GgufCursor cursor = new GgufCursor(path, file);
    if (file.byteSize() < 4 || cursor.int32() != MAGIC) {
      throw cursor.fault("is no GGUF file");
    }
    int version = cursor.int32();
    if (version != 2 && version != 3) {
      boolean bigEndian = version == 2 << 24 || version == 3 << 24;
      throw cursor.fault(
          "is of GGUF version %s, known are 2 and 3 in little-endian order",
          bigEndian ? (version >> 24) + ", big-endian" : Integer.toUnsignedString(version));
    }
    int tensors = cursor.count("tensors", LEAST_BYTES_OF_TENSOR);
    SequencedMap<String, GgufValue> metadata = metadata(cursor);
    List<Item> items = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensors; i++) {
      Item item = item(cursor);
      if (!names.add(item.name())) {
        throw cursor.fault("tensor %s stands twice", Names.quote(item.name()));
      }
      items.add(item);
    }
    long alignment = alignment(cursor, metadata.get(ALIGNMENT));
    List<Item> placed = place(cursor, items, alignment, file.byteSize());
    return new GgufHeader(version, Collections.unmodifiableSequencedMap(metadata), placed);
  }

  private static SequencedMap<String, GgufValue> metadata(GgufCursor cursor) throws GgufException {
    int count = cursor.count("pairs of metadata", LEAST_BYTES_OF_PAIR);
    SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = cursor.string();
      if (metadata.putIfAbsent(key, cursor.value()) != null) {
        throw cursor.fault("key %s stands twice", Names.quote(key));
      }
    }
    return metadata;
  }

  /** An entry whose place still counts from the start of the data. */
  private static Item item(GgufCursor cursor) throws GgufException {
    String name = cursor.string();
    int rank = cursor.int32();
    if (rank < 0 || rank > MAX_RANK) {
      throw cursor.fault(
          "tensor %s claims %s axes, known are up to %d",
          Names.quote(name), Integer.toUnsignedString(rank), MAX_RANK);
    }
    long[] extents = new long[rank];
    for (int axis = rank - 1; axis >= 0; axis--) {
      extents[axis] = cursor.int64();
      if (extents[axis] < 0) {
        throw cursor.fault("tensor %s has an extent beyond 2^63", Names.quote(name));
      }
    }
    Shape shape = shape(cursor, name, extents);
    int id = cursor.int32();
    long offset = cursor.int64();
    return new Item(name, id, shape, offset, bytes(cursor, name, shape, GgufType.of(id)));
  }

  private static Shape shape(GgufCursor cursor, String name, long[] extents) throws GgufException {
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw cursor.fault("tensor %s: %s", Names.quote(name), e.getMessage());
    }
  }

  /** Size of a tensor's data, 0 if its type is not known. */
  private static long bytes(GgufCursor cursor, String name, Shape shape, Optional<GgufType> known)
      throws GgufException {
    int size = known.map(GgufType::blockElements).orElse(1);
    long row = shape.rank() == 0 ? 1 : shape.extent(-1);
    if (row % size != 0) {
      throw cursor.fault(
          "tensor %s has rows of %d elements, which are no whole blocks of %d",
          Names.quote(name), row, size);
    }
    return shape.elements() / size * known.map(GgufType::blockBytes).orElse(0);
  }

  private static long alignment(GgufCursor cursor, @Nullable GgufValue told) throws GgufException {
    if (told == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (told instanceof GgufValue.Unsigned(long bytes)
        && bytes > 0
        && bytes <= Integer.MAX_VALUE
        && bytes % 8 == 0) {
      return bytes;
    }
    throw cursor.fault("%s must be a multiple of 8, got %s", ALIGNMENT, told);
  }

  /** Finds each tensor's place in the file; none may overlap another or the end. */
  private static List<Item> place(
      GgufCursor cursor, List<Item> items, long alignment, long fileBytes) throws GgufException {
    long start = Math.ceilDiv(cursor.position(), alignment) * alignment;
    List<Item> placed = new ArrayList<>();
    for (Item item : items) {
      String name = Names.quote(item.name());
      if (item.begin() < 0 || item.begin() % alignment != 0) {
        throw cursor.fault(
            "tensor %s starts at %s, no multiple of the alignment %d",
            name, Long.toUnsignedString(item.begin()), alignment);
      }
      if (item.begin() > fileBytes - start || item.bytes() > fileBytes - start - item.begin()) {
        throw cursor.fault(
            "tensor %s of %d bytes from %d on lies beyond the end of the file",
            name, item.bytes(), item.begin());
      }
      placed.add(
          new Item(item.name(), item.id(), item.shape(), start + item.begin(), item.bytes()));
    }
    requireApart(cursor, placed);
    return List.copyOf(placed);
  }

  private static void requireApart(GgufCursor cursor, List<Item> items) throws GgufException {
    List<Item> sorted = new ArrayList<>(items);
    sorted.removeIf(item -> item.bytes() == 0);
    sorted.sort(Comparator.comparingLong(Item::begin));
    for (int i = 1; i < sorted.size(); i++) {
      Item before = sorted.get(i - 1);
      Item item = sorted.get(i);
      if (item.begin() < before.begin() + before.bytes()) {
        throw cursor.fault(
            "tensors %s and %s overlap", Names.quote(before.name()), Names.quote(item.name()));
      }
    }
  }
}
