package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.Gather;
import dev.simoom.kernels.IndexErrors;

/** Copies rows by index. */
final class GatherTask implements Task {
  private final Gather kernel;
  private final Chunks rows;
  private final long rowBytes;
  private long indices;
  private long table;
  private long out;

  GatherTask(Gather kernel) {
    this.kernel = kernel;
    rows = Chunks.of(kernel.rows(), kernel.width() + 8);
    rowBytes = kernel.width() * kernel.type().bytes();
  }

  @Override
  public void bind(long[] operands, long workspace) {
    indices = operands[0];
    table = operands[1];
    out = operands[2];
  }

  @Override
  public int chunks(int phase) {
    return rows.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long to = rows.end(chunk);
    if (rowBytes == Integer.BYTES) {
      long start = rows.start(chunk);
      elements(start, (int) (to - start));
      return;
    }
    Indices.check(kernel, indices, rows.start(chunk), to, kernel.entries());
    for (long row = rows.start(chunk); row < to; row++) {
      long entry = ALL.get(JAVA_INT_UNALIGNED, indices + 4 * row);
      Moves.bytes(table + entry * rowBytes, out + row * rowBytes, rowBytes);
    }
  }

  /** Rows of one element of 32 bits: a look at each index costs no more than the loop around it. */
  private void elements(long start, int count) {
    long from = indices + 4 * start & ADDRESS_BITS;
    long to = out + 4 * start & ADDRESS_BITS;
    long entries = kernel.entries();
    for (int i = 0; i < count; i++) {
      int entry = ALL.get(JAVA_INT_UNALIGNED, from + 4L * i);
      if (entry < 0 || entry >= entries) {
        throw IndexErrors.outside(kernel, start + i, entry, entries);
      }
      int element = ALL.get(JAVA_INT_UNALIGNED, table + 4L * entry & ADDRESS_BITS);
      ALL.set(JAVA_INT_UNALIGNED, to + 4L * i, element);
    }
  }
}
