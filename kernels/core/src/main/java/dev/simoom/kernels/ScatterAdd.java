package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * Adds rows into a table by index: {@code out[indices[r,j]] += values[r,j] dense[r]}, from zero;
 * the gradient of {@link Gather} (k = 1, unweighted) and of {@link SparseDecode} by its table.
 *
 * <p>Operands: values [rows, k] F32 if weighted, indices [rows, k] I32, dense [rows, width] F32;
 * then out [entries, width] F32, written whole; all dense. For each entry the terms are added in
 * the order of (r, j), long sums in blocks or in double precision, whatever the number of threads.
 * An index outside the table is an {@link IndexOutOfBoundsException}.
 *
 * @param rows number of dense rows
 * @param k indices for each
 * @param entries rows of the table
 * @param width columns of the table
 * @param weighted whether the rows are multiplied by values
 */
public record ScatterAdd(long rows, long k, long entries, long width, boolean weighted)
    implements Kernel {
  @Override
  public String name() {
    return "scatterAdd " + rows + "x" + k + " into " + entries + "x" + width;
  }

  @Override
  public List<Port> ports() {
    List<Port> ports = new ArrayList<>();
    if (weighted) {
      ports.add(Port.input("values", DType.F32, rows * k));
    }
    ports.add(Port.input("indices", DType.I32, rows * k));
    ports.add(Port.input("dense", DType.F32, rows * width));
    ports.add(Port.output("out", DType.F32, entries * width));
    return ports;
  }

  @Override
  public long flops() {
    return 2 * rows * k * width;
  }

  @Override
  public long bytes() {
    return 4 * (rows * k * (2 + width) + entries * width);
  }
}
