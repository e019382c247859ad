package dev.simoom.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bits of a tensor's elements. */
final class Bits {
  private Bits() {}

  /** Row-major; every NaN of type F32 is the same one. */
  static int[] of(Tensor tensor) {
    MemorySegment memory = tensor.contiguousSegment();
    int[] bits = new int[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] =
          switch (tensor.dtype()) {
            case F32 -> Float.floatToIntBits(memory.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            case F16, BF16 -> memory.getAtIndex(ValueLayout.JAVA_SHORT, i);
            case I32, BOOL -> memory.getAtIndex(ValueLayout.JAVA_INT, i);
          };
    }
    return bits;
  }
}
