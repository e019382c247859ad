package dev.simoom.kernels.simd;

import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;

/** Sums or products with chosen rows of a table, row by row, several on different threads. */
final class SparseTask implements Task {
  private final Kernel kernel;
  private final SparseShape shape;
  private final boolean decodes;
  private final Chunks rows;
  private long first;
  private long indices;
  private long table;
  private long out;

  SparseTask(SparseDecode kernel) {
    this(kernel, kernel.shape(), true, kernel.shape().width());
  }

  SparseTask(SparseDot kernel) {
    this(kernel, kernel.shape(), false, kernel.shape().width() + RowDots.OVERHEAD);
  }

  private SparseTask(Kernel kernel, SparseShape shape, boolean decodes, long workPerIndex) {
    this.kernel = kernel;
    this.shape = shape;
    this.decodes = decodes;
    rows = Chunks.of(shape.rows(), (shape.k() + 1) * workPerIndex);
  }

  @Override
  public void bind(long[] operands, long workspace) {
    first = operands[0];
    indices = operands[1];
    table = operands[2];
    out = operands[3];
  }

  @Override
  public long scratchBytes() {
    return decodes ? 0 : RowDots.SCRATCH_BYTES;
  }

  @Override
  public int chunks(int phase) {
    return rows.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    long to = rows.end(chunk);
    long k = shape.k();
    long width = shape.width();
    Indices.check(kernel, indices, rows.start(chunk) * k, to * k, shape.entries());
    for (long row = rows.start(chunk); row < to; row++) {
      long sparse = 4 * row * k;
      long dense = 4 * row * width;
      if (decodes) {
        WeightedRows.sum(table, 4 * width, indices + sparse, first + sparse, k, out + dense, width);
      } else {
        RowDots.products(first + dense, table, indices + sparse, k, out + sparse, width, scratch);
      }
    }
  }
}
