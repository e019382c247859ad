package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;

/** An array in native memory that begins with a header, in which its size stands first. */
public abstract sealed class TornadoNativeArray permits FloatArray, IntArray, ShortArray {
  /** Bytes of the header. */
  public static final long ARRAY_HEADER =
      Long.getLong("tornado.panama.objectHeader", defaultHeader());

  final MemorySegment segment;
  private final int size;
  private final int elementBytes;

  TornadoNativeArray(int size, int elementBytes) {
    this(Arena.ofAuto().allocate(ARRAY_HEADER + (long) size * elementBytes, 8), elementBytes);
  }

  TornadoNativeArray(MemorySegment segment, int elementBytes) {
    long bytes = segment.byteSize() - ARRAY_HEADER;
    if (bytes % elementBytes != 0) {
      throw new IllegalArgumentException(
          bytes + " bytes are no multiple of an element's " + elementBytes);
    }
    this.segment = segment;
    this.size = (int) (bytes / elementBytes);
    this.elementBytes = elementBytes;
    segment.set(ValueLayout.JAVA_INT, 0, size);
  }

  /** As long as an object's header in the heap, to go by the options of this JVM. */
  private static long defaultHeader() {
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    boolean wide =
        options.contains("-XX:-UseCompressedOops")
            || options.contains("-XX:-UseCompressedClassPointers");
    return wide ? 24 : 16;
  }

  /** Sets all elements to zero. */
  protected abstract void clear();

  /** Number of elements. */
  public final int getSize() {
    return size;
  }

  /** Bytes of an element. */
  public final int getElementSize() {
    return elementBytes;
  }

  /** The elements alone. */
  public final MemorySegment getSegment() {
    return segment.asSlice(ARRAY_HEADER);
  }

  /** Header and elements. */
  public final MemorySegment getSegmentWithHeader() {
    return segment;
  }

  /** Bytes of the elements. */
  public final long getNumBytesOfSegment() {
    return segment.byteSize() - ARRAY_HEADER;
  }

  /** Bytes of header and elements. */
  public final long getNumBytesOfSegmentWithHeader() {
    return segment.byteSize();
  }
}
