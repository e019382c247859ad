package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of floats in native memory, behind a header. */
public final class FloatArray extends TornadoNativeArray {
  /** An array of zeros. */
  public FloatArray(int numberOfElements) {
    super(numberOfElements, 4);
  }

  private FloatArray(MemorySegment segment) {
    super(segment, 4);
  }

  /** An array over memory that begins with room for the header, which is written. */
  public static FloatArray fromSegmentShallow(MemorySegment segment) {
    return new FloatArray(segment);
  }

  /** A copy of a Java array. */
  public static FloatArray fromArray(float[] values) {
    FloatArray array = new FloatArray(values.length);
    MemorySegment.copy(
        values, 0, array.segment, ValueLayout.JAVA_FLOAT, ARRAY_HEADER, values.length);
    return array;
  }

  /** An array of these elements. */
  public static FloatArray fromElements(float... values) {
    return fromArray(values);
  }

  /** A copy as a Java array. */
  public float[] toHeapArray() {
    return getSegment().toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Writes an element. */
  public void set(int index, float value) {
    segment.set(ValueLayout.JAVA_FLOAT, ARRAY_HEADER + 4L * index, value);
  }

  /** Reads an element. */
  public float get(int index) {
    return segment.get(ValueLayout.JAVA_FLOAT, ARRAY_HEADER + 4L * index);
  }

  /** Writes all elements. */
  public void init(float value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  @Override
  public void clear() {
    init(0f);
  }
}
