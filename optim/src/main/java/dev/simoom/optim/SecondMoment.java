package dev.simoom.optim;

import dev.simoom.tensor.Tensor;
import java.util.Map;

/** The average of squared gradients by whose root rules of Adam's family divide. */
final class SecondMoment {
  static final String NAME = "nu";

  private static final String CORRECTION = "nu_correction";

  private SecondMoment() {}

  /** Adds the factor that makes up for its start at zero. */
  static void putCorrection(Map<String, Double> coefficients, double beta2, long step) {
    coefficients.put(CORRECTION, UpdateRule.biasCorrection(beta2, step));
  }

  /** The average after one more gradient. */
  static Tensor next(Map<String, Tensor> moments, Tensor gradient, double beta2) {
    return UpdateRule.blend(moments.get(NAME), gradient.square(), Tensor.scalar(1 - beta2));
  }

  /** The corrected root, and epsilon outside it. */
  static Tensor divisor(Tensor nu, Map<String, Tensor> coefficients, double epsilon) {
    return nu.mul(coefficients.get(CORRECTION)).sqrt().add(epsilon);
  }
}
