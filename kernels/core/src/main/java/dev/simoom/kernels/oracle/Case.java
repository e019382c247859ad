package dev.simoom.kernels.oracle;

import dev.simoom.kernels.Kernel;
import java.util.Arrays;
import java.util.List;

/**
 * A kernel with the data to run it on.
 *
 * @param kernel what to run
 * @param inputs the elements of each input, one for each element of its port's reach
 * @param tolerances one for each output
 * @param inPlace whether the first output lies on the first input
 */
public record Case(
    Kernel kernel, List<double[]> inputs, List<Tolerance> tolerances, boolean inPlace) {
  /** A case in which no operand lies on another. */
  public Case(Kernel kernel, List<double[]> inputs, Tolerance... tolerances) {
    this(kernel, inputs, List.of(tolerances), false);
  }

  /**
   * Copies the lists and checks that nothing is missing.
   *
   * @throws IllegalArgumentException if an input or a tolerance is missing, or there are too many
   */
  public Case {
    inputs = List.copyOf(inputs);
    tolerances = List.copyOf(tolerances);
    long outputs = kernel.ports().stream().filter(p -> p.output()).count();
    if (outputs != tolerances.size() || inputs.size() + outputs != kernel.ports().size()) {
      throw new IllegalArgumentException("incomplete case for " + kernel);
    }
  }

  @Override
  public String toString() {
    String data =
        inputs.isEmpty() ? "" : " on " + Arrays.stream(inputs.getFirst()).limit(4).boxed().toList();
    String text = kernel.toString();
    return (text.length() > 600 ? text.substring(0, 600) + "..." : text) + data;
  }
}
