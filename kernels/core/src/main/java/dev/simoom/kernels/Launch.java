package dev.simoom.kernels;

import java.util.List;

/**
 * One kernel on its operands.
 *
 * @param kernel what to compute
 * @param operands where, in the order of {@link Kernel#ports()}
 */
public record Launch(Kernel kernel, List<Operand> operands) {
  /**
   * Checks that there is one operand for each port.
   *
   * @throws IllegalArgumentException if there are more operands or fewer
   */
  public Launch {
    operands = List.copyOf(operands);
    if (operands.size() != kernel.ports().size()) {
      throw new IllegalArgumentException(
          kernel.name()
              + ": "
              + kernel.ports().size()
              + " operands expected, got "
              + operands.size());
    }
  }
}
