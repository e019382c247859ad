package dev.simoom.models.lm;

import dev.simoom.nn.Embedding;
import dev.simoom.nn.Initializer;
import dev.simoom.nn.LayerNorm;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.TransformerBlock;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/**
 * A pre-norm decoder-only transformer with learnt positions whose output layer is its token
 * embedding (Radford et al., "Language models are unsupervised multitask learners", 2019).
 *
 * @param config its shape
 * @param tokens token embedding [vocabulary, width], also the output layer
 * @param positions position embedding [context, width]
 * @param blocks the transformer blocks
 * @param norm the final norm
 */
public record Transformer(
    TransformerConfig config,
    Embedding tokens,
    Embedding positions,
    List<TransformerBlock> blocks,
    LayerNorm norm)
    implements IncrementalModel {

  /**
   * A model with GPT-2's initial weights: normal with deviation 0.02, for the layers that write to
   * the residual stream divided by the square root of their number.
   */
  public static Transformer create(TransformerConfig config, RandomStream random) {
    Initializer weights = Initializer.normal(0.02);
    Initializer writing = Initializer.normal(0.02 / Math.sqrt(2.0 * config.blocks()));
    List<TransformerBlock> blocks = new ArrayList<>();
    Embedding tokens = Embedding.create(config.vocabulary(), config.width(), weights, random);
    Embedding positions = Embedding.create(config.context(), config.width(), weights, random);
    for (int i = 0; i < config.blocks(); i++) {
      blocks.add(
          TransformerBlock.create(
              config.width(), config.heads(), true, weights, writing, 0, random));
    }
    return new Transformer(config, tokens, positions, blocks, LayerNorm.create(config.width()));
  }

  @Override
  public int vocabulary() {
    return config.vocabulary();
  }

  @Override
  public int context() {
    return config.context();
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public int layers() {
    return config.blocks();
  }

  private Tensor embedded(Tensor ids) {
    long time = ids.shape().extent(-1);
    return tokens.forward(ids, false).add(positions.weight().value().slice(0, 0, time));
  }

  @Override
  public Shape keys(long batch, long positions) {
    return Shape.of(batch, positions, config.heads(), config.width() / config.heads());
  }

  @Override
  public Step begin(Tensor ids) {
    Tensor x = embedded(ids);
    List<Past> pasts = new ArrayList<>();
    for (TransformerBlock block : blocks) {
      MultiHeadAttention.Step step = block.extend(x);
      x = step.output();
      pasts.add(step.past());
    }
    return new Step(x, pasts);
  }

  @Override
  public Step next(Tensor ids, List<Past> rooms, Tensor position) {
    Tensor x = tokens.forward(ids, false).add(positions.forward(position, false));
    List<Past> pasts = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      MultiHeadAttention.Step step = blocks.get(i).step(x, rooms.get(i), position);
      x = step.output();
      pasts.add(step.past());
    }
    return new Step(x, pasts);
  }

  @Override
  public Tensor residual(Tensor ids, int layer) {
    Tensor x = embedded(ids);
    for (TransformerBlock block : blocks.subList(0, layer)) {
      x = block.forward(x, false);
    }
    return x;
  }

  @Override
  public Tensor logitsFrom(Tensor residual, int layer) {
    Tensor x = residual;
    for (TransformerBlock block : blocks.subList(layer, blocks.size())) {
      x = block.forward(x, false);
    }
    return tokens.logits(norm.forward(x, false));
  }

  @Override
  public Tensor directEffect(Tensor directions) {
    Tensor centred = directions.sub(directions.meanKeep(-1));
    return tokens.logits(centred.mul(norm.weight().value()));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("tokens", tokens)
        .module("positions", positions)
        .modules("blocks", blocks)
        .module("norm", norm)
        .toMap();
  }
}
