package dev.simoom.tensor.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.StoredElements;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Elements in blocks with a common scale.
 *
 * @param name file and tensor, for messages
 * @param data whole blocks, one after the other
 */
record Quantised(String name, GgufType type, Shape shape, MemorySegment data) {
  private static final ValueLayout.OfShort SCALE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int SCALE_BYTES = 2;

  void read(long from, MemorySegment target, long count) {
    StoredElements.requireRange(name, shape.elements(), from, count);
    StoredElements.requireRoom(name, DType.F32, target, count);
    int size = type.blockElements();
    long done = 0;
    while (done < count) {
      long block = (from + done) / size;
      int first = (int) ((from + done) % size);
      int n = (int) Math.min(size - first, count - done);
      long at = block * type.blockBytes();
      float scale = Float.float16ToFloat(data.get(SCALE, at));
      for (int i = 0; i < n; i++) {
        float value = scale * quantum(at + SCALE_BYTES, first + i);
        target.set(JAVA_FLOAT_UNALIGNED, 4 * (done + i), value);
      }
      done += n;
    }
  }

  /** The integer of an element in a block whose integers start at a byte. */
  private int quantum(long start, int i) {
    if (type == GgufType.Q8_0) {
      return data.get(JAVA_BYTE, start + i);
    }
    int half = type.blockElements() / 2;
    int pair = data.get(JAVA_BYTE, start + i % half);
    return (i < half ? pair & 15 : pair >> 4 & 15) - 8;
  }
}
