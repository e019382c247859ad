package dev.simoom.models.lm;

import dev.simoom.nn.GatedMlp;
import dev.simoom.nn.GroupedQueryAttention;
import dev.simoom.nn.Module;
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

  /** Applies the block to positions that turn by the given angles. */
  Tensor forward(Tensor x, Rope.Turns turns) {
    Tensor y = x.add(attention.forward(attentionNorm.forward(x), turns));
    return y.add(mlp.forward(mlpNorm.forward(y)));
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
