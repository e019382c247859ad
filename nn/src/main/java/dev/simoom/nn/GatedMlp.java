package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * A perceptron whose hidden features are gated, {@code down(activation(gate(x)) up(x))}; with SiLU
 * it is SwiGLU, with GELU GEGLU (Shazeer, arXiv 2002.05202). [..., width] to [..., width of down].
 *
 * @param gate from the width to the hidden width
 * @param up of the same sizes
 * @param activation applied to the gate
 * @param down from the hidden width
 */
public record GatedMlp(Linear gate, Linear up, Activation activation, Linear down)
    implements Layer {
  /**
   * A perceptron of given layers.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public GatedMlp {
    Checks.same("GatedMlp: the features that the layer up takes", gate.in(), up.in());
    Checks.same("GatedMlp: the features that the layer up gives", gate.out(), up.out());
    Checks.same("GatedMlp: the features that the layer down takes", gate.out(), down.in());
  }

  /** SwiGLU without biases, as Llama has it, Kaiming-uniform weights. */
  public static GatedMlp create(long width, long hidden, RandomStream random) {
    Initializer weights = Initializer.kaimingUniform(1);
    return new GatedMlp(
        Linear.withoutBias(width, hidden, weights, random),
        Linear.withoutBias(width, hidden, weights, random),
        Activation.SILU,
        Linear.withoutBias(hidden, width, weights, random));
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("GatedMlp", x, 1, gate.in());
    Tensor opened = activation.forward(gate.forward(x, training), training);
    return down.forward(opened.mul(up.forward(x, training)), training);
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().module("gate", gate).module("up", up).module("down", down).toMap();
  }
}
