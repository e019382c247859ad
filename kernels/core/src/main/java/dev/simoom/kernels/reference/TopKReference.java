package dev.simoom.kernels.reference;

import dev.simoom.kernels.TopK;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Sorts every row whole. */
final class TopKReference {
  private TopKReference() {}

  static void run(TopK kernel, Memory[] memory) {
    for (long row = 0; row < kernel.rows(); row++) {
      double[] values = memory[0].get(row * kernel.rowStride(), 1, kernel.columns());
      List<Integer> order =
          IntStream.range(0, values.length).boxed().sorted(largestFirst(values)).toList();
      for (int j = 0; j < kernel.k(); j++) {
        memory[1].copy(row * kernel.k() + j, memory[0], row * kernel.rowStride() + order.get(j));
        memory[2].set(row * kernel.k() + j, order.get(j));
      }
    }
  }

  /** Adding 0 makes the two zeros equal for {@link Double#compare}, which ranks NaN highest. */
  private static Comparator<Integer> largestFirst(double[] values) {
    return (i, j) -> {
      int order = Double.compare(values[j] + 0.0, values[i] + 0.0);
      return order != 0 ? order : Integer.compare(i, j);
    };
  }
}
