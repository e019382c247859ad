package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.Gather;

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
    Indices.check(kernel, indices, rows.start(chunk), to, kernel.entries());
    for (long row = rows.start(chunk); row < to; row++) {
      long entry = ALL.get(JAVA_INT_UNALIGNED, indices + 4 * row);
      Moves.bytes(table + entry * rowBytes, out + row * rowBytes, rowBytes);
    }
  }
}
