package dev.simoom.nn;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Layer normalisation over the last axis, {@code (x - mean) / sqrt(variance + epsilon) weight +
 * bias} with the variance that divides by n (Ba, Kiros and Hinton, arXiv 1607.06450).
 *
 * @param weight [features]
 * @param bias [features]
 * @param epsilon added to the variance
 */
public record LayerNorm(Variable weight, Variable bias, double epsilon) implements Layer {
  /**
   * A layer of given parameters.
   *
   * @throws IllegalArgumentException if their shapes do not fit
   */
  public LayerNorm {
    Checks.rank("LayerNorm", weight, 1);
    Checks.vector("LayerNorm", bias, weight.shape().extent(0));
  }

  /** Weights of one, biases of zero, epsilon 1e-5. */
  public static LayerNorm create(long features) {
    Variable weight = Variable.of("layer norm weight", Tensor.ones(Shape.of(features)));
    Variable bias = Variable.of("layer norm bias", Tensor.zeros(Shape.of(features)));
    return new LayerNorm(weight, bias, 1e-5);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("LayerNorm", x, 1, weight.shape().extent(0));
    Tensor centred = x.sub(x.meanKeep(-1));
    Tensor variance = centred.square().meanKeep(-1);
    Tensor normal = centred.mul(variance.add(epsilon).rsqrt());
    return normal.mul(weight.value()).add(bias.value());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().variable("weight", weight).variable("bias", bias).toMap();
  }
}
