package dev.simoom.nn;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Root-mean-square normalisation over the last axis, {@code x / sqrt(mean(x^2) + epsilon) weight}
 * (Zhang and Sennrich, arXiv 1910.07467).
 *
 * @param weight [features]
 * @param epsilon added to the mean square
 */
public record RmsNorm(Variable weight, double epsilon) implements Layer {
  /**
   * A layer of given parameters.
   *
   * @throws IllegalArgumentException if the weight has not one axis
   */
  public RmsNorm {
    Checks.rank("RmsNorm", weight, 1);
  }

  /** Weights of one, epsilon 1e-5. */
  public static RmsNorm create(long features) {
    return new RmsNorm(Variable.of("rms norm weight", Tensor.ones(Shape.of(features))), 1e-5);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("RmsNorm", x, 1, weight.shape().extent(0));
    Tensor scale = x.square().meanKeep(-1).add(epsilon).rsqrt();
    return x.mul(scale).mul(weight.value());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().variable("weight", weight).toMap();
  }
}
