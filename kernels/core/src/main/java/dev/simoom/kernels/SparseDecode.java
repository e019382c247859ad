package dev.simoom.kernels;

import java.util.List;

/**
 * For each row the weighted sum of k rows of a table: {@code out[r] = sum_j values[r,j]
 * table[indices[r,j]]}.
 *
 * <p>Operands: values [rows, k] F32, indices [rows, k] I32, table [entries, width] F32; then out
 * [rows, width] F32; all dense. Terms are added in the order of j. An index outside the table is an
 * {@link IndexOutOfBoundsException}.
 */
public record SparseDecode(SparseShape shape) implements Kernel {
  @Override
  public String name() {
    return "sparseDecode " + shape;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("values", DType.F32, shape.rows() * shape.k()),
        shape.indices(),
        shape.table(),
        Port.output("out", DType.F32, shape.rows() * shape.width()));
  }

  @Override
  public long flops() {
    return shape.flops();
  }

  @Override
  public long bytes() {
    return shape.bytes();
  }
}
