package dev.simoom.kernels;

import java.util.List;

/**
 * Rows of a table by index: {@code out[r] = table[indices[r]]}.
 *
 * <p>Operands: indices [rows] I32, table [entries, width]; then out [rows, width]; all dense. An
 * index outside the table is an {@link IndexOutOfBoundsException}.
 *
 * @param rows number of indices
 * @param entries rows of the table
 * @param width columns of the table
 * @param type element type of table and result
 */
public record Gather(long rows, long entries, long width, DType type) implements Kernel {
  @Override
  public String name() {
    return "gather " + rows + " of " + entries + "x" + width;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("indices", DType.I32, rows),
        Port.input("table", type, entries * width),
        Port.output("out", type, rows * width));
  }

  @Override
  public long flops() {
    return 0;
  }

  @Override
  public long bytes() {
    return 4 * rows + 2 * type.bytes() * rows * width;
  }
}
