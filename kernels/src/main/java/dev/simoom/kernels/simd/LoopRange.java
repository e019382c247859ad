package dev.simoom.kernels.simd;

import dev.simoom.kernels.LoopKernel;

/**
 * A loop kernel without reductions that can be run on any rectangle of its nest, for use inside
 * other tasks.
 *
 * <p>Rows are numbered through all row dimensions, the last one fastest. Rectangles that do not
 * share elements may run at the same time, each with scratch memory of its own.
 */
final class LoopRange {
  private LoopRange() {}

  /** Compiles a kernel; one without row and column reductions. */
  static LoopRange of(LoopKernel kernel) {
    throw new UnsupportedOperationException(kernel.name() + " does not run on the simd backend");
  }

  /** Sets the absolute addresses of the operands, in the order of the kernel's ports. */
  void bind(long[] operands) {}

  /** Bytes of scratch memory that one running rectangle needs. */
  long scratchBytes() {
    return 0;
  }

  /**
   * Runs a rectangle.
   *
   * @param scratch start of {@link #scratchBytes()} bytes, 64-byte aligned
   */
  void run(long row0, long row1, long col0, long col1, long scratch) {}
}
