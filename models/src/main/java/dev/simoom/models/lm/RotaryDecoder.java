package dev.simoom.models.lm;

import dev.simoom.nn.Embedding;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.RmsNorm;
import dev.simoom.nn.Rope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer with rotary positions, root-mean-square norms, shared key heads and
 * gated perceptrons, as Llama (Touvron et al., arXiv 2302.13971; Grattafiori et al., arXiv
 * 2407.21783) and Qwen (Yang et al., arXiv 2412.15115 and 2505.09388) have them.
 *
 * @param tokens token embedding [vocabulary, width]
 * @param blocks at least one, whose attentions have the same rope and as many key heads
 * @param norm the final norm
 * @param head output layer [vocabulary, width], or null where it is the token embedding
 * @param context positions that it sees at most
 */
public record RotaryDecoder(
    Embedding tokens, List<RotaryBlock> blocks, RmsNorm norm, @Nullable Embedding head, int context)
    implements IncrementalModel {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there are no blocks, their heads differ, the output layer
   *     is not of the embedding's shape, or the context is empty
   */
  public RotaryDecoder {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty() || context < 1) {
      throw new IllegalArgumentException(
          "a block and a position are needed; got %d and %d".formatted(blocks.size(), context));
    }
    if (blocks.stream().map(b -> b.attention().rope()).distinct().count() > 1
        || blocks.stream().map(b -> b.attention().keyHeads()).distinct().count() > 1) {
      throw new IllegalArgumentException("blocks must have and turn their key heads alike");
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

  @Override
  public Shape keys(long batch, long positions) {
    int heads = blocks.getFirst().attention().keyHeads();
    return Shape.of(batch, positions, heads, rope().features());
  }

  @Override
  public Step begin(Tensor ids) {
    Rope.Turns turns = rope().turns(0, ids.shape().extent(-1));
    Tensor x = tokens.forward(ids);
    List<Past> pasts = new ArrayList<>();
    for (RotaryBlock block : blocks) {
      MultiHeadAttention.Step step = block.extend(x, turns);
      x = step.output();
      pasts.add(step.past());
    }
    return new Step(x, pasts);
  }

  @Override
  public Step next(Tensor ids, List<Past> rooms, Tensor position) {
    long capacity = rooms.getFirst().keys().shape().extent(1);
    Rope.Turns turns = rope().turns(0, capacity).at(position);
    Tensor x = tokens.forward(ids);
    List<Past> pasts = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      MultiHeadAttention.Step step = blocks.get(i).step(x, turns, rooms.get(i), position);
      x = step.output();
      pasts.add(step.past());
    }
    return new Step(x, pasts);
  }

  /** The blocks share one table of angles. */
  private Tensor through(Tensor stream, List<RotaryBlock> some) {
    if (some.isEmpty()) {
      return stream;
    }
    Rope.Turns turns = rope().turns(0, stream.shape().extent(-2));
    Tensor x = stream;
    for (RotaryBlock block : some) {
      x = block.extend(x, turns).output();
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
