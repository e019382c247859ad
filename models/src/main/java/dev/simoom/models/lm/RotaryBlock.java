package dev.simoom.models.lm;

import dev.simoom.nn.GatedMlp;
import dev.simoom.nn.GroupedQueryAttention;
import dev.simoom.nn.Module;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.RmsNorm;
import dev.simoom.nn.Rope;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;

/**
 * A block of a {@link RotaryDecoder}, [..., time, width] to the same: {@code x +=
 * attention(norm(x)); x += mlp(norm(x))}.
 *
 * @param attentionNorm before the attention
 * @param attention mixes positions
 * @param mlpNorm before the perceptron
 * @param mlp mixes features
 */
public record RotaryBlock(
    RmsNorm attentionNorm, GroupedQueryAttention attention, RmsNorm mlpNorm, GatedMlp mlp)
    implements Module {

  /** The result at positions from the first on, with their keys and values. */
  MultiHeadAttention.Step extend(Tensor x, Rope.Turns turns) {
    return after(x, attention.extend(attentionNorm.forward(x), turns));
  }

  /** The result for one position, as {@link GroupedQueryAttention#step} has it. */
  MultiHeadAttention.Step step(
      Tensor x, Rope.Turns turns, MultiHeadAttention.Past room, Tensor position) {
    return after(x, attention.step(attentionNorm.forward(x), turns, room, position));
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
