package dev.simoom.kernels;

import java.util.List;

/**
 * For each row the weighted sum of k rows of a table: {@code out[r] = sum_j values[r,j]
 * table[indices[r,j]]}.
 *
 * <p>Operands: values [rows, k] F32, indices [rows, k] I32, table [entries, width] F32; then out
 * [rows, width] F32; all dense. Terms are added in the order of j. An index outside the table is an
 * {@link IndexOutOfBoundsException}.
 *
 * @param rows number of sparse rows
 * @param k active entries in each
 * @param entries rows of the table
 * @param width columns of the table
 */
public record SparseDecode(long rows, long k, long entries, long width) implements Kernel {
  @Override
  public String name() {
    return "sparseDecode " + rows + "x" + k + " of " + entries + "x" + width;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("values", DType.F32, rows * k),
        Port.input("indices", DType.I32, rows * k),
        Port.input("table", DType.F32, entries * width),
        Port.output("out", DType.F32, rows * width));
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
