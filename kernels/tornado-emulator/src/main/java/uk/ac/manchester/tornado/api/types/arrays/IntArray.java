package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of ints in native memory, behind a header. */
public final class IntArray extends TornadoNativeArray {
  /** An array of zeros. */
  public IntArray(int numberOfElements) {
    super(numberOfElements, 4);
  }

  private IntArray(MemorySegment segment) {
    super(segment, 4);
  }

  /** An array over memory that begins with room for the header, which is written. */
  public static IntArray fromSegmentShallow(MemorySegment segment) {
    return new IntArray(segment);
  }

  /** A copy of a Java array. */
  public static IntArray fromArray(int[] values) {
    IntArray array = new IntArray(values.length);
    MemorySegment.copy(values, 0, array.segment, ValueLayout.JAVA_INT, ARRAY_HEADER, values.length);
    return array;
  }

  /** An array of these elements. */
  public static IntArray fromElements(int... values) {
    return fromArray(values);
  }

  /** A copy as a Java array. */
  public int[] toHeapArray() {
    return getSegment().toArray(ValueLayout.JAVA_INT);
  }

  /** Writes an element. */
  public void set(int index, int value) {
    segment.set(ValueLayout.JAVA_INT, ARRAY_HEADER + 4L * index, value);
  }

  /** Reads an element. */
  public int get(int index) {
    return segment.get(ValueLayout.JAVA_INT, ARRAY_HEADER + 4L * index);
  }

  /** Writes all elements. */
  public void init(int value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  @Override
  public void clear() {
    init(0);
  }
}
