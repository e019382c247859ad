package dev.simoom.kernels.simd;

import dev.simoom.kernels.LoopKernel;

/**
 * A loop kernel without reductions that can be run on any rectangle of its nest, for use inside
 * other tasks.
 *
 * <p>Rows are numbered through all row dimensions, the last one fastest. Rectangles that do not
 * share elements may run at the same time, each with scratch memory of its own. An output that has
 * one element per row is written with the rectangle that starts at column 0.
 */
final class LoopRange {
  private final LoopRunner runner;

  private LoopRange(LoopRunner runner) {
    this.runner = runner;
  }

  /** Compiles a kernel; one without row and column reductions. */
  static LoopRange of(LoopKernel kernel) {
    return new LoopRange(new LoopRunner(kernel, false));
  }

  /** Sets the absolute addresses of the operands, in the order of the kernel's ports. */
  void bind(long[] operands) {
    runner.bind(operands);
  }

  /** Bytes of scratch memory that one running rectangle needs. */
  long scratchBytes() {
    return runner.loop.frame.bytes();
  }

  /**
   * Runs a rectangle.
   *
   * @param scratch start of {@link #scratchBytes()} bytes, 64-byte aligned
   */
  void run(long row0, long row1, long col0, long col1, long scratch) {
    runner.run(row0, row1, col0, col1, scratch, 0);
  }
}
