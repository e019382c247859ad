package dev.simoom.tensor.gguf;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.ConversionException;
import dev.simoom.tensor.files.MappedFile;
import dev.simoom.tensor.files.Names;
import dev.simoom.tensor.files.StoredElements;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A GGUF file of version 2 or 3, little-endian, mapped into memory, so that it may be larger than
 * that.
 *
 * <p>Metadata and the list of tensors are checked in full when the file is opened; data is
 * converted to F32 when it is read. Tensors of F32, F16, BF16, Q8_0 and Q4_0 are read; those of
 * other types are listed and refused where they are asked for.
 *
 * <p>The format lists extents from the innermost on. Shapes here are the other way round, outermost
 * first as everywhere in Simoom: a weight that the file lists as {@code in, out} has the shape
 * {@code [out, in]}, and its elements lie in rows-first order.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final MappedFile mapped;
  private final GgufHeader header;
  private final SequencedMap<String, Entry> entries;

  /**
   * One tensor of a file.
   *
   * @param name the name of the tensor
   * @param type name of its type, such as Q8_0, or {@code type N} if it is not read
   * @param shape outermost axis first
   * @param data as it lies in the file, read-only; empty if the type is not read, gone once the
   *     file is closed
   */
  public record Entry(String name, String type, Shape shape, MemorySegment data) {}

  private GgufFile(Path path, MappedFile mapped) throws GgufException {
    this.path = path;
    this.mapped = mapped;
    header = GgufHeader.read(path, mapped.content());
    entries = new LinkedHashMap<>();
    for (GgufHeader.Item item : header.tensors()) {
      String type = GgufType.of(item.id()).map(GgufType::name).orElse("type " + item.id());
      MemorySegment data = mapped.content().asSlice(item.begin(), item.bytes());
      entries.put(item.name(), new Entry(item.name(), type, item.shape(), data));
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws GgufException if it breaks the format, or is of another version
   * @throws IOException if it cannot be read
   */
  public static GgufFile open(Path path) throws IOException {
    MappedFile mapped = MappedFile.open(path);
    try {
      return new GgufFile(path, mapped);
    } catch (Throwable e) {
      mapped.close();
      throw e;
    }
  }

  /** Version of the format, 2 or 3. */
  public int version() {
    return header.version();
  }

  /** The metadata in the order of the file. */
  public SequencedMap<String, GgufValue> metadata() {
    return header.metadata();
  }

  /** The tensors in the order of the file. */
  public List<Entry> entries() {
    return List.copyOf(entries.sequencedValues());
  }

  /** Whether there is a tensor of that name. */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * One tensor.
   *
   * @throws GgufException if there is none of that name
   */
  public Entry entry(String name) throws GgufException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new GgufException(
          path,
          "tensor %s: not in this file of %d tensors".formatted(Names.quote(name), entries.size()));
    }
    return entry;
  }

  /**
   * Converts a range of a tensor's elements to F32, which holds each value of all types exactly;
   * those of quantised types are the product of their integer and their block's scale.
   *
   * @param from index of the first element in rows-first order
   * @param target takes them from its first byte on, in the machine's byte order
   * @throws GgufException if the tensor's type is not read
   * @throws IndexOutOfBoundsException if the tensor has no such range or the target is too small
   */
  public void readFloats(Entry entry, long from, MemorySegment target, long count)
      throws GgufException {
    String tensor = "tensor " + Names.quote(entry.name());
    Optional<GgufType> type = GgufType.named(entry.type());
    if (type.isEmpty()) {
      throw new GgufException(path, tensor + ": elements of " + entry.type() + " are not read");
    }
    String what = "%s: %s of shape %s".formatted(path, tensor, entry.shape());
    if (type.get().stored().isEmpty()) {
      Quantised quantised = new Quantised(what, type.get(), entry.shape(), entry.data());
      quantised.read(from, target, count);
      return;
    }
    try {
      new StoredElements(
              what,
              type.get().stored().get(),
              ByteOrder.LITTLE_ENDIAN,
              entry.shape(),
              false,
              entry.data())
          .read(DType.F32, from, target, count);
    } catch (ConversionException e) {
      throw new GgufException(path, tensor + ": " + e.getMessage());
    }
  }

  /** Gives the mapping back; the entries' data is gone. */
  @Override
  public void close() {
    mapped.close();
  }
}
