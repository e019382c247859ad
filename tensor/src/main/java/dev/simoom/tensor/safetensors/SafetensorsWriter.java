package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.AtomicFiles;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.ConversionException;
import dev.simoom.tensor.files.ElementWriter;
import dev.simoom.tensor.files.Names;
import dev.simoom.tensor.files.StoredType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects tensors and writes them to a safetensors file; the same tensors and metadata, added in
 * the same order, give the same bytes.
 *
 * <p>The header lists tensors in the order they were added. Their data lies in another order, for
 * alignment, since the format allows no gaps: first all whose size is a multiple of 64 bytes, which
 * so start at one, then the others by falling element size, which so are aligned to their elements.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final SortedMap<String, String> metadata = new TreeMap<>();

  private record Source(String name, DType type, Shape shape, MemorySegment data) {
    int fileElementBytes() {
      return FileType.of(type).bytes();
    }

    long fileBytes() {
      return shape.elements() * fileElementBytes();
    }

    boolean isAligned() {
      return fileBytes() % ALIGNMENT == 0;
    }
  }

  /** A writer without tensors. */
  public SafetensorsWriter() {}

  /**
   * Sets a string of the header's free-form part.
   *
   * @throws IllegalArgumentException if one of them has half a surrogate pair
   */
  public SafetensorsWriter metadata(String key, String value) {
    checkText(key);
    checkText(value);
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param name any text but {@code __metadata__}
   * @param data its elements in rows-first order as they lie in memory, truth values as 32-bit
   *     integers; read when the file is written
   * @throws IllegalArgumentException if the name is taken or not allowed, or the data has not the
   *     size that shape and type ask for
   */
  public SafetensorsWriter add(String name, DType type, Shape shape, MemorySegment data) {
    checkText(name);
    if (name.equals(Header.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named " + Header.METADATA);
    }
    long bytes = Math.multiplyExact(shape.elements(), type.bytes());
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "tensor '%s': shape %s of %s takes %d bytes, got %d"
              .formatted(name, shape, type, bytes, data.byteSize()));
    }
    if (sources.putIfAbsent(name, new Source(name, type, shape, data)) != null) {
      throw new IllegalArgumentException("tensor '" + name + "' was added twice");
    }
    return this;
  }

  private static void checkText(String text) {
    if (!JsonReader.isWellFormed(text)) {
      throw new IllegalArgumentException("half a surrogate pair in " + Names.quote(text));
    }
  }

  /**
   * Writes the file; its folder must exist.
   *
   * @throws SafetensorsException if the header is longer than the format allows, or a truth value
   *     is neither 0 nor 1
   * @throws IOException if it cannot be written; a file that was there before is then as it was
   */
  public void write(Path target) throws IOException {
    List<Source> order = new ArrayList<>(sources.values());
    order.sort(
        Comparator.comparing(Source::isAligned).thenComparing(Source::fileElementBytes).reversed());
    byte[] header = header(order);
    if (header.length - Header.LENGTH_BYTES > Header.MAX_LENGTH) {
      throw new SafetensorsException(
          target,
          "the header of "
              + sources.size()
              + " tensors is longer than the format's "
              + Header.MAX_LENGTH
              + " bytes");
    }
    AtomicFiles.write(
        target,
        channel -> {
          AtomicFiles.writeAll(channel, ByteBuffer.wrap(header));
          for (Source source : order) {
            writeData(channel, target, source);
          }
        });
  }

  /** The header behind its length, filled up with spaces so that the data starts aligned. */
  private byte[] header(List<Source> order) {
    Map<String, Long> begins = new HashMap<>();
    long end = 0;
    for (Source source : order) {
      begins.put(source.name(), end);
      end = Math.addExact(end, source.fileBytes());
    }
    List<String> members = new ArrayList<>();
    if (!metadata.isEmpty()) {
      List<String> strings = new ArrayList<>();
      metadata.forEach((key, value) -> strings.add(Json.quote(key) + ":" + Json.quote(value)));
      members.add("\"" + Header.METADATA + "\":{" + String.join(",", strings) + "}");
    }
    for (Source source : sources.values()) {
      long begin = begins.get(source.name());
      members.add(
          Json.quote(source.name())
              + ":{\"dtype\":\""
              + FileType.of(source.type())
              + "\",\"shape\":"
              + compact(source.shape().toArray())
              + ",\"data_offsets\":"
              + compact(begin, begin + source.fileBytes())
              + "}");
    }
    byte[] text = ("{" + String.join(",", members) + "}").getBytes(StandardCharsets.UTF_8);
    int unaligned = (Header.LENGTH_BYTES + text.length) % ALIGNMENT;
    int length = text.length + (unaligned == 0 ? 0 : ALIGNMENT - unaligned);
    byte[] padded = new byte[Header.LENGTH_BYTES + length];
    Arrays.fill(padded, (byte) ' ');
    ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
    return padded;
  }

  private static String compact(long... numbers) {
    return Arrays.toString(numbers).replace(" ", "");
  }

  private static void writeData(FileChannel channel, Path target, Source source)
      throws IOException {
    try {
      ElementWriter.write(
          source.type(),
          source.data(),
          StoredType.of(source.type()),
          bytes -> AtomicFiles.writeAll(channel, bytes));
    } catch (ConversionException e) {
      throw new SafetensorsException(target, source.name(), e.getMessage());
    }
  }
}
