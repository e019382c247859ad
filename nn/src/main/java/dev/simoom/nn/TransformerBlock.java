package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * A transformer block that normalises before each part, [..., time, width] to the same: {@code x +=
 * attention(norm(x)); x += mlp(norm(x))} (Xiong et al., arXiv 2002.04745).
 *
 * @param attentionNorm before the attention
 * @param attention mixes positions
 * @param mlpNorm before the perceptron
 * @param mlp mixes features
 * @param dropout of what each part adds
 */
public record TransformerBlock(
    Layer attentionNorm, MultiHeadAttention attention, Layer mlpNorm, Mlp mlp, Dropout dropout)
    implements Layer {
  /**
   * A block of given parts.
   *
   * @throws IllegalArgumentException if attention and perceptron have not the same width
   */
  public TransformerBlock {
    long width = attention.qkv().in();
    Checks.same(
        "TransformerBlock: the features that the attention gives", width, attention.output().out());
    Checks.same("TransformerBlock: the features that the perceptron takes", width, mlp.up().in());
    Checks.same(
        "TransformerBlock: the features that the perceptron gives", width, mlp.down().out());
  }

  /**
   * Layer norms, Xavier-uniform attention, a GELU perceptron of four times the width, no dropout.
   */
  public static TransformerBlock create(
      long width, int heads, boolean causal, RandomStream random) {
    return new TransformerBlock(
        LayerNorm.create(width),
        MultiHeadAttention.create(width, heads, causal, random),
        LayerNorm.create(width),
        Mlp.create(width, 4, random),
        new Dropout(0, random));
  }

  /**
   * Layer norms and a GELU perceptron of four times the width.
   *
   * @param weights of the layers that read the residual stream, {@code normal(0.02)} in GPT-2
   * @param residualWeights of the layers that write to it, in GPT-2 smaller by the square root of
   *     twice the number of blocks
   * @param dropout probability of dropping an element that a part adds, in training
   */
  public static TransformerBlock create(
      long width,
      int heads,
      boolean causal,
      Initializer weights,
      Initializer residualWeights,
      double dropout,
      RandomStream random) {
    return new TransformerBlock(
        LayerNorm.create(width),
        MultiHeadAttention.create(width, heads, causal, weights, residualWeights, random),
        LayerNorm.create(width),
        Mlp.create(width, 4 * width, weights, residualWeights, random),
        new Dropout(dropout, random));
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("TransformerBlock", x, 2, attention.qkv().in());
    Tensor mixed = attention.forward(attentionNorm.forward(x, training), training);
    Tensor y = x.add(dropout.forward(mixed, training));
    Tensor changed = mlp.forward(mlpNorm.forward(y, training), training);
    return y.add(dropout.forward(changed, training));
  }

  /** The result outside training, with the keys and values of all positions. */
  public MultiHeadAttention.Step extend(Tensor x) {
    return after(x, attention.extend(attentionNorm.forward(x), null));
  }

  /**
   * The result for one position that follows others, as {@link MultiHeadAttention#step} has it.
   *
   * @param x [batch, 1, width]
   * @param room for keys and values of a fixed number of positions
   * @param position its number, I32 [1]
   */
  public MultiHeadAttention.Step step(Tensor x, MultiHeadAttention.Past room, Tensor position) {
    return after(x, attention.step(attentionNorm.forward(x), room, position));
  }

  private MultiHeadAttention.Step after(Tensor x, MultiHeadAttention.Step mixed) {
    Tensor y = x.add(mixed.output());
    return new MultiHeadAttention.Step(y.add(mlp.forward(mlpNorm.forward(y))), mixed.past());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("attentionNorm", attentionNorm)
        .module("attention", attention)
        .module("mlpNorm", mlpNorm)
        .module("mlp", mlp)
        .toMap();
  }
}
