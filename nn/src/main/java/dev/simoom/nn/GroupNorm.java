package dev.simoom.nn;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.SequencedMap;

/**
 * Normalisation of images and the like, [batch, channels, ...], over groups of channels and all
 * places together, {@code (x - mean) / sqrt(variance + epsilon) weight + bias} with the variance
 * that divides by n (Wu and He, arXiv 1803.08494). One group is layer norm over everything, as many
 * as channels instance norm.
 *
 * @param weight [channels]
 * @param bias [channels]
 * @param groups a divisor of the channels
 * @param epsilon added to the variance
 */
public record GroupNorm(Variable weight, Variable bias, int groups, double epsilon)
    implements Layer {
  /**
   * A layer of given parameters.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public GroupNorm {
    Checks.rank("GroupNorm", weight, 1);
    Checks.vector("GroupNorm", bias, weight.shape().extent(0));
    if (groups < 1 || weight.shape().extent(0) % groups != 0) {
      throw new IllegalArgumentException(
          "GroupNorm: the number of groups must divide the "
              + weight.shape().extent(0)
              + " channels; got "
              + groups);
    }
  }

  /** Weights of one, biases of zero, epsilon 1e-5. */
  public static GroupNorm create(long channels, int groups) {
    Variable weight = Variable.of("group norm weight", Tensor.ones(Shape.of(channels)));
    Variable bias = Variable.of("group norm bias", Tensor.zeros(Shape.of(channels)));
    return new GroupNorm(weight, bias, groups, 1e-5);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    long channels = weight.shape().extent(0);
    Checks.channels("GroupNorm", x, 2, channels);
    Tensor rows =
        x.reshape(x.shape().extent(0), groups, x.shape().without(0, 1).elements() / groups);
    Tensor centred = rows.sub(rows.meanKeep(-1));
    Tensor normal = centred.mul(centred.square().meanKeep(-1).add(epsilon).rsqrt());
    long[] perChannel = new long[x.rank() - 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = channels;
    return normal
        .reshape(x.shape())
        .mul(weight.value().reshape(perChannel))
        .add(bias.value().reshape(perChannel));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().variable("weight", weight).variable("bias", bias).toMap();
  }
}
