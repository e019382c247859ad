package dev.simoom.kernels.simd;

/** What a generated class does: one pass of a loop kernel over a stretch of columns. */
interface LoopBody {
  /**
   * Runs a pass.
   *
   * @param pass which; the one past the last writes the outputs that have one element per row
   * @param frame this thread's memory, see {@link LoopFrame}, with the addresses of the first row
   * @param rows number of rows, at the distances given in the frame
   * @param column number of the first column
   * @param count number of columns
   */
  void run(int pass, long frame, long rows, long column, int count);
}
