package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * Self-attention with several heads over the axis before the last, [..., time, width] to the same
 * (Vaswani et al., arXiv 1706.03762).
 *
 * <p>One product gives queries, keys and values of all heads side by side, {@code [q | k | v]},
 * each {@code [head 0 | head 1 | ...]}; the heads are views of it.
 *
 * @param qkv [width] to [3 width]
 * @param output [width] to [width], of the heads' results side by side
 * @param heads a divisor of the width
 * @param causal whether a position sees only itself and those before it
 */
public record MultiHeadAttention(Linear qkv, Linear output, int heads, boolean causal)
    implements Layer {
  /**
   * An attention of given layers.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public MultiHeadAttention {
    long width = qkv.in();
    Checks.same("MultiHeadAttention: the features that qkv gives", 3 * width, qkv.out());
    Checks.same("MultiHeadAttention: the features that the output layer takes", width, output.in());
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "MultiHeadAttention: the number of heads must divide the width "
              + width
              + "; got "
              + heads);
    }
  }

  /** Xavier-uniform weights, biases of zero. */
  public static MultiHeadAttention create(
      long width, int heads, boolean causal, RandomStream random) {
    Initializer weights = Initializer.xavierUniform(1);
    return create(width, heads, causal, weights, weights, random);
  }

  /** Weights as the initialisers make them, biases of zero. */
  public static MultiHeadAttention create(
      long width,
      int heads,
      boolean causal,
      Initializer qkvWeights,
      Initializer outputWeights,
      RandomStream random) {
    Linear qkv = Linear.create(width, 3 * width, qkvWeights, random);
    Linear output = Linear.create(width, width, outputWeights, random);
    return new MultiHeadAttention(qkv, output, heads, causal);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    long width = qkv.in();
    Checks.features("MultiHeadAttention", x, 2, width);
    Shape split = x.shape().leading(-1).concat(Shape.of(3, heads, width / heads));
    Tensor all = qkv.forward(x, training).reshape(split);
    Tensor mixed =
        Tensor.scaledDotProductAttention(part(all, 0), part(all, 1), part(all, 2), causal, -3);
    return output.forward(mixed.reshape(x.shape()), training);
  }

  /** Queries, keys or values as [..., heads, time, features]. */
  private static Tensor part(Tensor all, int which) {
    return all.select(-3, which);
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().module("qkv", qkv).module("output", output).toMap();
  }
}
