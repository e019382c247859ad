package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Two linear maps with a non-linear function between them, [..., width] to [..., width of down].
 *
 * @param up from the width to the hidden width
 * @param activation applied to the hidden features
 * @param down from the hidden width
 */
public record Mlp(Linear up, Activation activation, Linear down) implements Layer {
  /**
   * A perceptron of given layers.
   *
   * @throws IllegalArgumentException if {@code down} does not take what {@code up} gives
   */
  public Mlp {
    Checks.same("Mlp: the features that the second layer takes", up.out(), down.in());
  }

  /** GELU, with a hidden width that is a multiple of the width. */
  public static Mlp create(long width, int hiddenMultiple, RandomStream random) {
    Initializer weights = Initializer.kaimingUniform(1);
    return create(width, hiddenMultiple * width, weights, weights, random);
  }

  /** GELU, with a given hidden width and ways to make the weights of the two layers. */
  public static Mlp create(
      long width,
      long hidden,
      Initializer upWeights,
      Initializer downWeights,
      RandomStream random) {
    Linear up = Linear.create(width, hidden, upWeights, random);
    return new Mlp(up, Activation.GELU, Linear.create(hidden, width, downWeights, random));
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("Mlp", x, 1, up.in());
    return down.forward(activation.forward(up.forward(x, training), training), training);
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().module("up", up).module("down", down).toMap();
  }
}
