package dev.simoom.tensor.npy;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.ConversionException;
import dev.simoom.tensor.files.MappedFile;
import dev.simoom.tensor.files.StoredElements;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * One array of NumPy's, from an npy file, which is mapped into memory and so may be larger than
 * that, or from an npz archive.
 *
 * <p>The header is checked in full when the array is opened, the elements are converted when they
 * are read. Versions 1 to 3 of the format, both byte orders and both orders of elements are read,
 * of truth values, integers of 8 to 64 bits, float16, float32 and float64. Refused are types that
 * no type of ours holds: complex numbers, strings, dates, structured elements and raw bytes, longer
 * floats; and objects, since loading those means running what the file says. May be read from many
 * threads at once.
 */
public final class NpyArray implements AutoCloseable {
  private final String name;
  private final Runnable closing;
  private final NpyHeader header;
  private final MemorySegment data;
  private final StoredElements elements;

  private NpyArray(String name, Runnable closing, NpyHeader header, MemorySegment data)
      throws NpyException {
    this.name = name;
    this.closing = closing;
    this.header = header;
    this.data = data;
    requireSize();
    NpyType type = header.type();
    elements =
        new StoredElements(
            "%s: array of shape %s".formatted(name, header.shape()),
            type.stored(),
            type.order(),
            header.shape(),
            header.columnsFirst(),
            data);
  }

  private void requireSize() throws NpyException {
    long wanted = header.shape().elements() * header.type().stored().bytes();
    if (wanted != data.byteSize()) {
      throw new NpyException(
          name,
          "has %d bytes of elements where its shape %s of '%s' takes %d; copy or save it anew"
              .formatted(data.byteSize(), header.shape(), header.type().descr(), wanted));
    }
  }

  /**
   * Maps an npy file and checks its header; nothing may follow the elements.
   *
   * @throws NpyException if it breaks the format or its elements are of a type that is not read
   * @throws IOException if it cannot be read
   */
  public static NpyArray open(Path file) throws IOException {
    MappedFile mapped = MappedFile.open(file);
    return of(file.toString(), mapped.content(), mapped::close);
  }

  /** An array that lies in memory as in an npy file; a failure closes the memory. */
  static NpyArray of(String name, MemorySegment file, Runnable closing) throws NpyException {
    try {
      NpyHeader header = NpyHeader.read(name, file);
      return new NpyArray(name, closing, header, file.asSlice(header.bytes()));
    } catch (Throwable e) {
      closing.run();
      throw e;
    }
  }

  /** The extents. */
  public Shape shape() {
    return header.shape();
  }

  /** NumPy's name of the element type: byte order, kind and bytes, {@code <f4} for instance. */
  public String descr() {
    return header.type().descr();
  }

  /**
   * Whether {@link #data} has neighbours along the first axis side by side (Fortran order) and not
   * those along the last.
   */
  public boolean isFortranOrder() {
    return header.columnsFirst();
  }

  /** The elements as they lie in the file, read-only; gone once the array is closed. */
  public MemorySegment data() {
    return data;
  }

  /** Our type that comes closest: float64 becomes F32, every integer type I32. */
  public DType nearestType() {
    return header.type().stored().nearest();
  }

  /**
   * Converts the whole array to a type of ours.
   *
   * @param target takes the elements from its first byte on, in rows-first order
   * @throws NpyException as {@link #read(DType, long, MemorySegment, long)}
   * @throws IndexOutOfBoundsException if the target is too small
   */
  public void read(DType type, Buffer target) throws NpyException {
    read(type, 0, target.segment(), shape().elements());
  }

  /**
   * Converts a range of elements, counted in rows-first order whatever that of the file, to a type
   * of ours: any number or truth value to a floating type, through F32 and rounded to nearest even;
   * integers and truth values to I32; truth values and integers that are 0 or 1 to BOOL.
   *
   * @param from index of the first element
   * @param target takes them from its first byte on, in the machine's byte order
   * @throws NpyException if there is no such conversion, or a value has no place in the type: an
   *     integer outside its range, or a finite number that would become infinite; the target is
   *     then as it was
   * @throws IndexOutOfBoundsException if the array has no such range or the target is too small
   */
  public void read(DType type, long from, MemorySegment target, long count) throws NpyException {
    try {
      elements.requireFinite(type, from, count);
      elements.read(type, from, target, count);
    } catch (ConversionException e) {
      throw new NpyException(name, e.getMessage());
    }
  }

  /** Gives the memory back; closing twice does nothing. */
  @Override
  public void close() {
    closing.run();
  }
}
