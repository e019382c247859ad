package dev.simoom.tensor.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Elements of one tensor as they lie in a file, which are converted where they are read. */
public final class StoredElements {
  private static final int CHUNK = 4096;

  private final String name;
  private final StoredType type;
  private final boolean swapped;
  private final long[] extents;
  private final boolean columnsFirst;
  private final MemorySegment data;

  /**
   * Elements in memory or in a mapped file.
   *
   * @param name file and tensor, for messages
   * @param order in which the bytes of an element lie
   * @param columnsFirst whether neighbours along the first axis lie side by side (Fortran order)
   *     and not those along the last
   * @param data exactly as many bytes as the elements take
   * @throws IllegalArgumentException if it has another size
   */
  public StoredElements(
      String name,
      StoredType type,
      ByteOrder order,
      Shape shape,
      boolean columnsFirst,
      MemorySegment data) {
    if (data.byteSize() != Math.multiplyExact(shape.elements(), type.bytes())) {
      throw new IllegalArgumentException(
          "%s: shape %s of %s does not take %d bytes"
              .formatted(name, shape, type, data.byteSize()));
    }
    this.name = name;
    this.type = type;
    this.swapped = order == ByteOrder.BIG_ENDIAN && type.bytes() > 1;
    this.extents = shape.toArray();
    this.columnsFirst = columnsFirst && shape.rank() > 1;
    this.data = data;
  }

  private long count() {
    return data.byteSize() / type.bytes();
  }

  /**
   * Converts a range of elements to a type of ours: any number or truth value to a floating type,
   * through F32 and rounded to nearest even; integers and truth values to I32; truth values and
   * integers that are 0 or 1 to BOOL.
   *
   * @param from index of the first element in rows-first order
   * @param target takes them from its first byte on, in the machine's byte order
   * @throws ConversionException if there is no such conversion, or a value has no place in the
   *     type; the target is then as it was
   * @throws IndexOutOfBoundsException if there is no such range or the target is too small
   */
  public void read(DType wanted, long from, MemorySegment target, long count)
      throws ConversionException {
    if (!type.convertsTo(wanted)) {
      throw new ConversionException(
          "elements of type " + type + " cannot be converted to " + wanted);
    }
    requireRange(name, count(), from, count);
    requireRoom(name, wanted, target, count);
    if (Conversion.mayNotFit(type, wanted)) {
      forEachChunk(from, count, (chunk, at, n) -> requireFit(wanted, chunk, from + at, n));
    }
    int bytes = wanted.bytes();
    forEachChunk(
        from,
        count,
        (chunk, at, n) ->
            Conversion.convert(type, chunk, n, wanted, target.asSlice(at * bytes, n * bytes)));
  }

  /**
   * Makes sure that no finite number of a range becomes infinite when it is converted.
   *
   * @param from index of the first element in rows-first order
   * @throws ConversionException if one does; the message has its index
   * @throws IndexOutOfBoundsException if there is no such range
   */
  public void requireFinite(DType wanted, long from, long count) throws ConversionException {
    requireRange(name, count(), from, count);
    if (Conversion.mayOverflow(type, wanted)) {
      forEachChunk(
          from,
          count,
          (chunk, at, n) -> {
            long beyond = Conversion.firstOverflow(type, chunk, n, wanted);
            if (beyond >= 0) {
              refuse(from + at + beyond, Conversion.text(type, chunk, beyond), wanted.toString());
            }
          });
    }
  }

  private void requireFit(DType wanted, MemorySegment chunk, long from, long n)
      throws ConversionException {
    long unfit = Conversion.firstUnfit(type, chunk, n, wanted);
    if (unfit >= 0) {
      String holder = type == StoredType.BOOL ? type.toString() : wanted.toString();
      refuse(from + unfit, Conversion.text(type, chunk, unfit), holder);
    }
  }

  private void refuse(long index, String value, String holder) throws ConversionException {
    throw new ConversionException(
        "element %d of type %s is %s, which %s does not hold"
            .formatted(index, type, value, holder));
  }

  /**
   * Makes sure that a tensor has a range of elements.
   *
   * @param name file and tensor, for the message
   * @param elements how many it has
   * @throws IndexOutOfBoundsException if it has not
   */
  public static void requireRange(String name, long elements, long from, long count) {
    if (from < 0 || count < 0 || count > elements - from) {
      throw new IndexOutOfBoundsException(
          "%s has no %d elements from %d on".formatted(name, count, from));
    }
  }

  /**
   * Makes sure that memory has room for elements.
   *
   * @param name file and tensor, for the message
   * @throws IndexOutOfBoundsException if it has not
   */
  public static void requireRoom(String name, DType type, MemorySegment target, long count) {
    if (count > target.byteSize() / type.bytes()) {
      throw new IndexOutOfBoundsException(
          "%s: %d elements as %s do not fit into %d bytes"
              .formatted(name, count, type, target.byteSize()));
    }
  }

  private interface ChunkTask {
    /**
     * Looks at elements that lie side by side, little-endian.
     *
     * @param at index of the first within the range
     */
    void run(MemorySegment chunk, long at, long n) throws ConversionException;
  }

  /** The whole range is one chunk where it lies in the file as conversions want it. */
  private void forEachChunk(long from, long count, ChunkTask task) throws ConversionException {
    int bytes = type.bytes();
    if (!swapped && !columnsFirst) {
      task.run(data.asSlice(from * bytes, count * bytes), 0, count);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate((long) CHUNK * bytes, bytes);
      for (long at = 0; at < count; at += CHUNK) {
        long n = Math.min(CHUNK, count - at);
        MemorySegment chunk = room.asSlice(0, n * bytes);
        if (columnsFirst) {
          gather(from + at, chunk, n);
        } else {
          chunk.copyFrom(data.asSlice((from + at) * bytes, n * bytes));
        }
        if (swapped) {
          swap(chunk, n);
        }
        task.run(chunk, at, n);
      }
    }
  }

  /** Collects elements that follow each other in rows-first order from their columns. */
  private void gather(long from, MemorySegment to, long n) {
    int rank = extents.length;
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = 0; axis < rank; axis++) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    long[] index = new long[rank];
    long rest = from;
    long place = 0;
    for (int axis = rank - 1; axis >= 0; axis--) {
      index[axis] = rest % extents[axis];
      rest /= extents[axis];
      place += index[axis] * strides[axis];
    }
    for (long i = 0; i < n; i++) {
      copyElement(place, to, i);
      for (int axis = rank - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < extents[axis]) {
          break;
        }
        place -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }

  private void copyElement(long from, MemorySegment to, long i) {
    switch (type.bytes()) {
      case 1 -> to.set(JAVA_BYTE, i, data.get(JAVA_BYTE, from));
      case 2 -> to.set(JAVA_SHORT_UNALIGNED, 2 * i, data.get(JAVA_SHORT_UNALIGNED, 2 * from));
      case 4 -> to.set(JAVA_INT_UNALIGNED, 4 * i, data.get(JAVA_INT_UNALIGNED, 4 * from));
      default -> to.set(JAVA_LONG_UNALIGNED, 8 * i, data.get(JAVA_LONG_UNALIGNED, 8 * from));
    }
  }

  private void swap(MemorySegment chunk, long n) {
    for (long i = 0; i < n; i++) {
      switch (type.bytes()) {
        case 2 -> {
          short bits = chunk.get(JAVA_SHORT_UNALIGNED, 2 * i);
          chunk.set(JAVA_SHORT_UNALIGNED, 2 * i, Short.reverseBytes(bits));
        }
        case 4 -> {
          int bits = chunk.get(JAVA_INT_UNALIGNED, 4 * i);
          chunk.set(JAVA_INT_UNALIGNED, 4 * i, Integer.reverseBytes(bits));
        }
        default -> {
          long bits = chunk.get(JAVA_LONG_UNALIGNED, 8 * i);
          chunk.set(JAVA_LONG_UNALIGNED, 8 * i, Long.reverseBytes(bits));
        }
      }
    }
  }
}
