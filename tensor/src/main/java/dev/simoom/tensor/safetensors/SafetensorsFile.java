package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.ConversionException;
import dev.simoom.tensor.files.MappedFile;
import dev.simoom.tensor.files.Names;
import dev.simoom.tensor.files.StoredElements;
import dev.simoom.tensor.files.StoredType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A safetensors file, mapped into memory, so that it may be larger than the machine's memory.
 *
 * <p>The header is checked in full when the file is opened; the data is read when asked for. May be
 * read from many threads at once. Whoever shortens the file while it is open breaks its readers.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final MappedFile mapped;
  private final SequencedMap<String, Entry> entries;
  private final SequencedMap<String, String> metadata;

  /**
   * One tensor of a file.
   *
   * @param name the name of the tensor
   * @param dtype the file's name of its element type, such as F32 or BF16
   * @param shape its shape
   * @param data its elements as they lie in the file, little-endian and read-only; gone once the
   *     file is closed
   */
  public record Entry(String name, String dtype, Shape shape, MemorySegment data) {}

  private SafetensorsFile(
      Path path,
      MappedFile mapped,
      SequencedMap<String, Entry> entries,
      SequencedMap<String, String> metadata) {
    this.path = path;
    this.mapped = mapped;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws SafetensorsException if it breaks the format
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new SafetensorsException(path, "is a folder, not a file");
    }
    MappedFile mapped = MappedFile.open(path);
    try {
      return read(path, mapped);
    } catch (Throwable e) {
      mapped.close();
      throw e;
    }
  }

  private static SafetensorsFile read(Path path, MappedFile mapped) throws SafetensorsException {
    MemorySegment all = mapped.content();
    if (all.byteSize() < Header.LENGTH_BYTES) {
      throw new SafetensorsException(
          path, "has " + all.byteSize() + " bytes, too few for the length of a header");
    }
    long length = all.get(LENGTH, 0);
    if (length < 0 || length > Header.MAX_LENGTH) {
      throw new SafetensorsException(
          path,
          "claims a header of "
              + Long.toUnsignedString(length)
              + " bytes, more than the format's "
              + Header.MAX_LENGTH
              + "; is this a safetensors file?");
    }
    MemorySegment rest = all.asSlice(Header.LENGTH_BYTES);
    if (length > rest.byteSize()) {
      throw new SafetensorsException(
          path,
          "ends inside its header: " + length + " bytes claimed, " + rest.byteSize() + " there");
    }
    byte[] text = rest.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = rest.asSlice(length);
    Header header = Header.parse(path, text, data.byteSize());
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    for (Header.Item item : header.tensors()) {
      MemorySegment part = data.asSlice(item.begin(), item.end() - item.begin());
      entries.put(item.name(), new Entry(item.name(), item.type().name(), item.shape(), part));
    }
    return new SafetensorsFile(path, mapped, entries, header.metadata());
  }

  /** Where the file lies. */
  public Path path() {
    return path;
  }

  /** Names of the tensors in the order of the header. */
  public List<String> names() {
    return List.copyOf(entries.sequencedKeySet());
  }

  /** The tensors in the order of the header. */
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
   * @throws SafetensorsException if there is none of that name
   */
  public Entry entry(String name) throws SafetensorsException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new SafetensorsException(path, name, "not in this file, which has " + summary());
    }
    return entry;
  }

  private String summary() {
    int shown = Math.min(entries.size(), 8);
    List<String> names = names().subList(0, shown).stream().map(Names::quote).toList();
    return entries.size() == shown
        ? names.toString()
        : names + " and " + (entries.size() - shown) + " more";
  }

  /** The free-form strings of the header, in its order; empty where it has none. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /**
   * Our type that comes closest to a tensor's: F64 becomes F32, every integer type I32.
   *
   * @throws SafetensorsException if its elements cannot be converted
   */
  public DType nearestType(Entry entry) throws SafetensorsException {
    FileType type = type(entry);
    return type.stored()
        .orElseThrow(() -> fault(entry, "elements of type %s cannot be converted", type))
        .nearest();
  }

  /**
   * Converts a range of elements to floats, rounded to nearest where they need it.
   *
   * @param fromElement index of the first element in rows-first order
   * @param target takes them from its first byte on, as 32-bit floats in the machine's byte order
   * @throws SafetensorsException if the type has no conversion
   * @throws IndexOutOfBoundsException if the tensor has no such range or the target is too small
   */
  public void readFloats(Entry entry, long fromElement, MemorySegment target, long count)
      throws SafetensorsException {
    read(entry, DType.F32, fromElement, target, count);
  }

  /**
   * Converts a range of elements of an integer or truth type to 32-bit integers.
   *
   * @param fromElement index of the first element in rows-first order
   * @param target takes them from its first byte on, in the machine's byte order
   * @throws SafetensorsException if the type has no conversion or a value is outside the range; the
   *     target is then as it was
   * @throws IndexOutOfBoundsException if the tensor has no such range or the target is too small
   */
  public void readInts(Entry entry, long fromElement, MemorySegment target, long count)
      throws SafetensorsException {
    read(entry, DType.I32, fromElement, target, count);
  }

  /**
   * Converts a whole tensor to a type of ours.
   *
   * @param target takes the elements from its first byte on
   * @throws SafetensorsException as {@link #read(Entry, DType, long, MemorySegment, long)}
   * @throws IndexOutOfBoundsException if the target is too small
   */
  public void read(Entry entry, DType type, Buffer target) throws SafetensorsException {
    read(entry, type, 0, target.segment(), entry.shape().elements());
  }

  /**
   * Converts a range of elements to a type of ours: any number or truth value to a floating type,
   * through F32 and rounded to nearest even; integers and truth values to I32; truth values and
   * integers that are 0 or 1 to BOOL.
   *
   * @param fromElement index of the first element in rows-first order
   * @param target takes them from its first byte on, in the machine's byte order
   * @throws SafetensorsException if there is no such conversion, or a value has no place in the
   *     type; the target is then as it was
   * @throws IndexOutOfBoundsException if the tensor has no such range or the target is too small
   */
  public void read(Entry entry, DType type, long fromElement, MemorySegment target, long count)
      throws SafetensorsException {
    FileType stored = type(entry);
    StoredType numbers =
        stored
            .stored()
            .orElseThrow(
                () -> fault(entry, "elements of type %s cannot be converted to %s", stored, type));
    String what = "%s: tensor '%s' of shape %s".formatted(path, entry.name(), entry.shape());
    try {
      new StoredElements(what, numbers, ByteOrder.LITTLE_ENDIAN, entry.shape(), false, entry.data())
          .read(type, fromElement, target, count);
    } catch (ConversionException e) {
      throw new SafetensorsException(path, entry.name(), e.getMessage());
    }
  }

  private SafetensorsException fault(Entry entry, String problem, Object... parts) {
    return new SafetensorsException(path, entry.name(), problem.formatted(parts));
  }

  private FileType type(Entry entry) throws SafetensorsException {
    return FileType.named(entry.dtype())
        .orElseThrow(() -> fault(entry, "unknown dtype %s", Names.quote(entry.dtype())));
  }

  /** Gives the mapping back; the entries' data is gone. */
  @Override
  public void close() {
    mapped.close();
  }
}
