package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of the features: {@code y = x W + b}, from [..., in] to [..., out].
 *
 * <p>The weight is [in, out], as in Flax and Keras and unlike PyTorch's [out, in]: the forward
 * product, which inference consists of, then reads both operands along their rows, and chains of
 * layers read from left to right as they are computed. Transpose weights that come from PyTorch.
 *
 * @param weight [in, out]
 * @param bias [out], or null for none
 */
public record Linear(Variable weight, @Nullable Variable bias) implements Layer {
  /**
   * A layer of given parameters.
   *
   * @throws IllegalArgumentException if their shapes do not fit
   */
  public Linear {
    Checks.rank("Linear", weight, 2);
    if (bias != null) {
      Checks.vector("Linear", bias, weight.shape().extent(1));
    }
  }

  /** Kaiming-uniform weights, which keep the variance of the features, and a bias of zeros. */
  public static Linear create(long in, long out, RandomStream random) {
    return create(in, out, Initializer.kaimingUniform(1), random);
  }

  /** Weights as the initialiser makes them and a bias of zeros. */
  public static Linear create(long in, long out, Initializer weights, RandomStream random) {
    Variable weight = weights.variable("linear weight", Shape.of(in, out), random);
    return new Linear(weight, Initializer.zeros().variable("linear bias", Shape.of(out), random));
  }

  /** Weights as the initialiser makes them and no bias. */
  public static Linear withoutBias(long in, long out, Initializer weights, RandomStream random) {
    return new Linear(weights.variable("linear weight", Shape.of(in, out), random), null);
  }

  /** Number of features it takes. */
  public long in() {
    return weight.shape().extent(0);
  }

  /** Number of features it gives. */
  public long out() {
    return weight.shape().extent(1);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("Linear", x, 1, in());
    Tensor rows = x.rank() == 1 ? x.unsqueeze(0) : x;
    Tensor product = rows.matmul(weight.value());
    Tensor y = bias == null ? product : product.add(bias.value());
    return x.rank() == 1 ? y.squeeze(0) : y;
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().variable("weight", weight);
    return (bias == null ? all : all.variable("bias", bias)).toMap();
  }
}
