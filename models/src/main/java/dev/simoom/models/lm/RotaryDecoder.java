package dev.simoom.models.lm;

import dev.simoom.nn.Embedding;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.RmsNorm;
import dev.simoom.nn.Rope;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer with rotary positions, root-mean-square norms, shared key heads and
 * gated perceptrons, as Llama (Touvron et al., arXiv 2302.13971; Grattafiori et al., arXiv
 * 2407.21783) and Qwen (Yang et al., arXiv 2412.15115 and 2505.09388) have them.
 *
 * @param tokens token embedding [vocabulary, width]
 * @param blocks at least one, whose attentions have the same rope
 * @param norm the final norm
 * @param head output layer [vocabulary, width], or null where it is the token embedding
 * @param context positions that it sees at most
 */
public record RotaryDecoder(
    Embedding tokens, List<RotaryBlock> blocks, RmsNorm norm, @Nullable Embedding head, int context)
    implements LanguageModel {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there are no blocks, their ropes differ, the output layer
   *     is not of the embedding's shape, or the context is empty
   */
  public RotaryDecoder {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty() || context < 1) {
      throw new IllegalArgumentException(
          "a block and a position are needed; got %d and %d".formatted(blocks.size(), context));
    }
    if (blocks.stream().map(b -> b.attention().rope()).distinct().count() > 1) {
      throw new IllegalArgumentException("blocks must turn their heads alike");
    }
    if (head != null && !head.weight().shape().equals(tokens.weight().shape())) {
      throw new IllegalArgumentException(
          "output layer and token embedding must have one shape; got %s and %s"
              .formatted(head.weight(), tokens.weight()));
    }
  }

  @Override
  public int vocabulary() {
    return Math.toIntExact(tokens.weight().shape().extent(0));
  }

  @Override
  public int width() {
    return Math.toIntExact(tokens.weight().shape().extent(1));
  }

  @Override
  public int layers() {
    return blocks.size();
  }

  private Rope rope() {
    return blocks.getFirst().attention().rope();
  }

  @Override
  public Tensor residual(Tensor ids, int layer) {
    return through(tokens.forward(ids), blocks.subList(0, layer));
  }

  @Override
  public Tensor logitsFrom(Tensor residual, int layer) {
    return output(norm.forward(through(residual, blocks.subList(layer, blocks.size()))));
  }

  /** The blocks share one table of angles. */
  private Tensor through(Tensor stream, List<RotaryBlock> some) {
    if (some.isEmpty()) {
      return stream;
    }
    Rope.Turns turns = rope().turns(0, stream.shape().extent(-2));
    Tensor x = stream;
    for (RotaryBlock block : some) {
      x = block.forward(x, turns);
    }
    return x;
  }

  private Tensor output(Tensor normed) {
    return (head == null ? tokens : head).logits(normed);
  }

  @Override
  public Tensor directEffect(Tensor directions) {
    return output(directions.mul(norm.weight().value()));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all =
        Parameters.collect()
            .module("tokens", tokens)
            .modules("blocks", blocks)
            .module("norm", norm);
    return (head == null ? all : all.module("head", head)).toMap();
  }
}
