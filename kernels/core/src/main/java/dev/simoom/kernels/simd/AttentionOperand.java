package dev.simoom.kernels.simd;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.Strided;

/** Where an operand of attention over [batch..., time, feature] lies, in bytes. */
final class AttentionOperand {
  /** Distance between neighbours in time. */
  final long row;

  private final long[] extents;
  private final long[] strides;
  private long start;

  AttentionOperand(Attention kernel, Strided layout) {
    int batch = kernel.batch().size();
    extents = kernel.batch().stream().mapToLong(Long::longValue).toArray();
    strides = layout.strides().stream().limit(batch).mapToLong(s -> 4 * s).toArray();
    row = 4 * layout.strides().get(batch);
  }

  void bind(long address) {
    start = address;
  }

  /** The address of a row of an instance. */
  long at(long instance, long time) {
    long rest = instance;
    long address = start + time * row;
    for (int i = extents.length - 1; i >= 0; i--) {
      address += rest % extents[i] * strides[i];
      rest /= extents[i];
    }
    return address;
  }
}
