package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A part of an array. */
public final class DataRange {
  private final TornadoNativeArray array;
  private long offset;
  private long size;
  private long firstByte;
  private long bytes;
  private boolean materialized;

  /** All of an array. */
  public DataRange(TornadoNativeArray array) {
    this.array = array;
  }

  /** From this element on. */
  public DataRange withOffset(long offset) {
    this.offset = offset;
    return this;
  }

  /** So many elements, or to the array's end if it is 0 and the offset too. */
  public DataRange withSize(long size) {
    this.size = size;
    return this;
  }

  /** Turns elements into bytes, and refuses what reaches beyond the array. */
  public void materialize() {
    long all = array.getNumBytesOfSegment();
    bytes = size == 0 ? all : size * array.getElementSize();
    firstByte = TornadoNativeArray.ARRAY_HEADER + offset * array.getElementSize();
    if (firstByte + bytes > TornadoNativeArray.ARRAY_HEADER + all) {
      throw new TornadoRuntimeException(
          "elements " + offset + " to " + (offset + size) + " of an array of " + array.getSize());
    }
    materialized = true;
  }

  /** Place of the first byte, the header counted. */
  public long getOffset() {
    checkMaterialized();
    return firstByte;
  }

  /** Number of bytes. */
  public long getPartialSize() {
    checkMaterialized();
    return bytes;
  }

  /** The array. */
  public TornadoNativeArray getArray() {
    return array;
  }

  private void checkMaterialized() {
    if (!materialized) {
      throw new TornadoRuntimeException("a range has bytes only once it is materialized");
    }
  }
}
