package dev.simoom.kernels;

import java.util.List;

/**
 * For each row its dot products with k rows of a table: {@code out[r,j] = dense[r] .
 * table[indices[r,j]]}, the gradient of {@link SparseDecode} by its values.
 *
 * <p>Operands: dense [rows, width] F32, indices [rows, k] I32, table [entries, width] F32; then out
 * [rows, k] F32; all dense. An index outside the table is an {@link IndexOutOfBoundsException}.
 */
public record SparseDot(SparseShape shape) implements Kernel {
  @Override
  public String name() {
    return "sparseDot " + shape;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("dense", DType.F32, shape.rows() * shape.width()),
        shape.indices(),
        shape.table(),
        Port.output("out", DType.F32, shape.rows() * shape.k()));
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
