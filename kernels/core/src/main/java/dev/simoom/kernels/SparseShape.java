package dev.simoom.kernels;

/**
 * The extents of a kernel that meets each of its rows with k rows of a table, chosen by index.
 *
 * @param rows number of rows
 * @param k indices for each
 * @param entries rows of the table
 * @param width columns of the table
 */
public record SparseShape(long rows, long k, long entries, long width) {
  Port indices() {
    return Port.input("indices", DType.I32, rows * k);
  }

  Port table() {
    return Port.input("table", DType.F32, entries * width);
  }

  long flops() {
    return 2 * rows * k * width;
  }

  /** Each index, its value and its row of the table, and the dense rows. */
  long bytes() {
    return 4 * (rows * k * (2 + width) + rows * width);
  }

  @Override
  public String toString() {
    return rows + "x" + k + " of " + entries + "x" + width;
  }
}
