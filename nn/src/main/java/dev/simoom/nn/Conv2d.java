package dev.simoom.nn;

import dev.simoom.tensor.Convolutions;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of images, [batch, in, h, w] to [batch, out, (h + 2 padding - height) / stride + 1,
 * the same of w], see {@link Convolutions#conv2d}.
 *
 * @param weight [out, in / groups, height, width], as in PyTorch
 * @param bias [out], or null for none
 * @param stride from one place of a kernel to the next, in both directions
 * @param padding zeros before and after, in both directions
 * @param groups into how many groups channels are cut, each output seeing those of its group
 */
public record Conv2d(
    Variable weight, @Nullable Variable bias, long stride, long padding, int groups)
    implements Layer {
  /**
   * A layer of given parameters.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public Conv2d {
    Checks.rank("Conv2d", weight, 4);
    long out = weight.shape().extent(0);
    if (bias != null) {
      Checks.vector("Conv2d", bias, out);
    }
    if (stride < 1 || padding < 0 || groups < 1 || out % groups != 0) {
      throw new IllegalArgumentException(
          "Conv2d: stride 1 or more, padding 0 or more and groups that divide the %d outputs are needed; got %d, %d and %d"
              .formatted(out, stride, padding, groups));
    }
  }

  /** Square kernels, Kaiming-uniform weights and a bias of zeros; one group. */
  public static Conv2d create(
      long in, long out, long side, long stride, long padding, RandomStream random) {
    // Initializer.kaimingUniform would take the extents of a weight [..., in, out].
    Initializer weights = Initializer.uniform(Math.sqrt(3.0 / (in * side * side)));
    Variable weight = weights.variable("conv2d weight", Shape.of(out, in, side, side), random);
    Variable bias = Initializer.zeros().variable("conv2d bias", Shape.of(out), random);
    return new Conv2d(weight, bias, stride, padding, 1);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Shape w = weight.shape();
    Checks.channels("Conv2d", x, 4, w.extent(1) * groups);
    Tensor y = Convolutions.conv2d(x, weight.value(), stride, padding, groups);
    return bias == null ? y : y.add(bias.value().reshape(w.extent(0), 1, 1));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().variable("weight", weight);
    return (bias == null ? all : all.variable("bias", bias)).toMap();
  }
}
