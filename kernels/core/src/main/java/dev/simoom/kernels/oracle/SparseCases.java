package dev.simoom.kernels.oracle;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.TopK;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of the kernels that select or find rows by index. */
final class SparseCases {
  private SparseCases() {}

  static Case gather(Generator g) {
    DType type = g.oneOf(Arrays.asList(DType.values()));
    long entries = g.someExtent();
    Gather kernel = new Gather(manyRows(g), entries, g.extent(), type);
    return new Case(kernel, data(g, kernel, entries), Tolerance.EXACT);
  }

  static Case sparseDecode(Generator g) {
    long entries = g.someExtent();
    long k = g.extent();
    SparseDecode kernel = new SparseDecode(new SparseShape(manyRows(g), k, entries, g.extent()));
    return new Case(kernel, data(g, kernel, entries), sum(k));
  }

  static Case sparseDot(Generator g) {
    long entries = g.someExtent();
    long width = g.extent();
    SparseDot kernel = new SparseDot(new SparseShape(manyRows(g), g.extent(), entries, width));
    return new Case(kernel, data(g, kernel, entries), sum(width));
  }

  static Case scatterAdd(Generator g) {
    long entries = g.chance(0.2) ? 3000 : g.someExtent();
    long rows = manyRows(g);
    long k = g.chance(0.3) ? 1 : g.extent();
    ScatterAdd kernel = new ScatterAdd(rows, k, entries, g.extent(), g.chance(0.6));
    Tolerance longSums = new Tolerance(5e-6 * (1 + rows * k), 1e-5);
    return new Case(kernel, data(g, kernel, entries), longSums);
  }

  static Case topK(Generator g) {
    long rows = g.chance(0.3) ? 40 : g.extent();
    long columns = g.chance(0.3) ? 1000 + g.below(4000) : g.extent();
    long k = g.chance(0.2) ? columns : g.below((int) Math.min(columns, 300) + 1);
    TopK kernel = new TopK(rows, columns, k, g.chance(0.9) ? columns + g.below(20) : 0);
    double[] values = g.reals(kernel.ports().getFirst(), 1);
    switch (g.below(8)) {
      case 0 -> Arrays.sort(values);
      case 1 -> Arrays.setAll(values, i -> -i);
      case 2 -> Arrays.fill(values, -0.5);
      case 3 -> Arrays.setAll(values, i -> Math.rint(4 * values[i]));
      case 4 -> Arrays.setAll(values, i -> values[i] < -0.5 ? Double.NaN : values[i]);
      case 5 -> Arrays.setAll(values, i -> i % 3 == 0 ? Double.NEGATIVE_INFINITY : -0.0 * i);
      case 6 -> Arrays.setAll(values, i -> i % 7 == 0 ? Double.POSITIVE_INFINITY : 0.0 * values[i]);
      default -> {}
    }
    return new Case(kernel, List.of(values), Tolerance.EXACT, Tolerance.EXACT);
  }

  private static long manyRows(Generator g) {
    return g.chance(0.2) ? 200 + g.below(300) : g.extent();
  }

  /** A sum of products of numbers below 1. */
  private static Tolerance sum(long terms) {
    return new Tolerance(1e-6 + 1.2e-7 * terms, 1e-5);
  }

  private static List<double[]> data(Generator g, Kernel kernel, long entries) {
    List<double[]> inputs = new ArrayList<>();
    for (Port port : kernel.ports()) {
      if (port.name().equals("indices")) {
        inputs.add(g.integers(port, g.chance(0.2) ? Math.min(2, entries) : entries));
      } else if (!port.output()) {
        inputs.add(port.type() == DType.BOOL ? g.integers(port, 2) : g.reals(port, 1));
      }
    }
    return inputs;
  }
}
