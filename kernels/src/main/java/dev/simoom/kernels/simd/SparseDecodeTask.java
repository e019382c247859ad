package dev.simoom.kernels.simd;

import dev.simoom.kernels.SparseDecode;

/** Decodes rows one by one, several at a time on different threads. */
final class SparseDecodeTask implements Task {
  private final SparseDecode kernel;
  private final Chunks rows;
  private long values;
  private long indices;
  private long table;
  private long out;

  SparseDecodeTask(SparseDecode kernel) {
    this.kernel = kernel;
    rows = Chunks.of(kernel.rows(), (kernel.k() + 1) * kernel.width());
  }

  @Override
  public void bind(long[] operands, long workspace) {
    values = operands[0];
    indices = operands[1];
    table = operands[2];
    out = operands[3];
  }

  @Override
  public int chunks(int phase) {
    return rows.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long from = rows.start(chunk);
    long to = rows.end(chunk);
    long k = kernel.k();
    long width = kernel.width();
    Indices.check(kernel, indices, from * k, to * k, kernel.entries());
    for (long row = from; row < to; row++) {
      long v = values + 4 * row * k;
      long i = indices + 4 * row * k;
      WeightedRows.sum(table, 4 * width, i, v, k, out + 4 * row * width, width);
    }
  }
}
