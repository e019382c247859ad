package dev.simoom.kernels;

import java.util.List;

/**
 * The k largest values of each row with their columns, in descending order; of equal values the
 * lowest column comes first, NaN counts as the largest.
 *
 * <p>Operands: values [rows, columns] F32; then the kept values [rows, k] F32 and their columns
 * [rows, k] I32, both dense.
 *
 * @param rows number of rows
 * @param columns values in each
 * @param k how many to keep, at most {@code columns}
 * @param rowStride distance between rows of the input in elements
 */
public record TopK(long rows, long columns, long k, long rowStride) implements Kernel {
  /**
   * Checks the extents.
   *
   * @throws IllegalArgumentException if an extent or the stride is negative, or k is above the
   *     number of columns
   */
  public TopK {
    if (rows < 0 || k < 0 || k > columns || rowStride < 0) {
      throw new IllegalArgumentException(
          "topK: " + k + " of " + columns + " columns, " + rows + " rows");
    }
  }

  @Override
  public String name() {
    return "topK " + rows + "x" + columns + " k=" + k;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input(
            "values",
            DType.F32,
            new Strided(DType.F32, List.of(rowStride, 1L)).reach(List.of(rows, columns))),
        Port.output("kept", DType.F32, rows * k),
        Port.output("columns", DType.I32, rows * k));
  }

  @Override
  public long flops() {
    return rows * columns;
  }
}
