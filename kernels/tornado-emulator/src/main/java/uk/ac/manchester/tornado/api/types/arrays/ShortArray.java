package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of shorts in native memory, behind a header. */
public final class ShortArray extends TornadoNativeArray {
  /** An array of zeros. */
  public ShortArray(int numberOfElements) {
    super(numberOfElements, 2);
  }

  private ShortArray(MemorySegment segment) {
    super(segment, 2);
  }

  /** An array over memory that begins with room for the header, which is written. */
  public static ShortArray fromSegmentShallow(MemorySegment segment) {
    return new ShortArray(segment);
  }

  /** A copy of a Java array. */
  public static ShortArray fromArray(short[] values) {
    ShortArray array = new ShortArray(values.length);
    MemorySegment.copy(
        values, 0, array.segment, ValueLayout.JAVA_SHORT, ARRAY_HEADER, values.length);
    return array;
  }

  /** An array of these elements. */
  public static ShortArray fromElements(short... values) {
    return fromArray(values);
  }

  /** A copy as a Java array. */
  public short[] toHeapArray() {
    return getSegment().toArray(ValueLayout.JAVA_SHORT);
  }

  /** Writes an element. */
  public void set(int index, short value) {
    segment.set(ValueLayout.JAVA_SHORT, ARRAY_HEADER + 2L * index, value);
  }

  /** Reads an element. */
  public short get(int index) {
    return segment.get(ValueLayout.JAVA_SHORT, ARRAY_HEADER + 2L * index);
  }

  /** Writes all elements. */
  public void init(short value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  @Override
  public void clear() {
    init((short) 0);
  }
}
