package dev.simoom.kernels;

import java.util.List;

/**
 * For each row its dot products with k rows of a table: {@code out[r,j] = dense[r] .
 * table[indices[r,j]]}, the gradient of {@link SparseDecode} by its values.
 *
 * <p>Operands: dense [rows, width] F32, indices [rows, k] I32, table [entries, width] F32; then out
 * [rows, k] F32; all dense. An index outside the table is an {@link IndexOutOfBoundsException}.
 *
 * @param rows number of rows
 * @param k products for each
 * @param entries rows of the table
 * @param width columns of the table
 */
public record SparseDot(long rows, long k, long entries, long width) implements Kernel {
  @Override
  public String name() {
    return "sparseDot " + rows + "x" + k + " of " + entries + "x" + width;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("dense", DType.F32, rows * width),
        Port.input("indices", DType.I32, rows * k),
        Port.input("table", DType.F32, entries * width),
        Port.output("out", DType.F32, rows * k));
  }

  @Override
  public long flops() {
    return 2 * rows * k * width;
  }

  @Override
  public long bytes() {
    return 4 * (rows * k * (2 + width) + rows * width);
  }
}
