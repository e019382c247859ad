package dev.simoom.kernels.simd;

/**
 * One compiled kernel: a sequence of phases, each a number of chunks that may run in any order and
 * on any thread.
 *
 * <p>The chunks are cut by shape alone, never by the number of threads, so that results have the
 * same bits whatever runs them. A chunk is worth handing to another thread: some 10 microseconds of
 * work or more; smaller kernels have one chunk. After construction nothing is allocated.
 */
interface Task {
  /**
   * Sets the memory for the coming run.
   *
   * @param operands absolute addresses in the order of the kernel's ports
   * @param workspace start of {@link #workspaceBytes()} bytes shared by all chunks, 64-byte aligned
   */
  void bind(long[] operands, long workspace);

  /** Bytes that chunks share within one run; contents do not survive it. */
  default long workspaceBytes() {
    return 0;
  }

  /** Bytes that each thread needs for itself; contents do not survive a chunk. */
  default long scratchBytes() {
    return 0;
  }

  /** Number of phases; each starts when the one before has ended. */
  default int phases() {
    return 1;
  }

  /** Number of chunks of a phase, 0 if there is nothing to do. */
  int chunks(int phase);

  /**
   * Does one chunk.
   *
   * @param scratch start of this thread's {@link #scratchBytes()} bytes, 64-byte aligned
   */
  void run(int phase, int chunk, long scratch);
}
