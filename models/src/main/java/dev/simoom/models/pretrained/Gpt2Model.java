package dev.simoom.models.pretrained;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.lm.TransformerConfig;
import dev.simoom.nn.Activation;
import dev.simoom.nn.Dropout;
import dev.simoom.nn.Embedding;
import dev.simoom.nn.LayerNorm;
import dev.simoom.nn.Mlp;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.TransformerBlock;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.safetensors.StoredWeight;
import dev.simoom.tensor.safetensors.WeightLoading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A GPT-2. Its linear layers lie in the files as ours do, [in, out].
 *
 * @param shape of the transformer
 * @param hidden features of the perceptrons
 * @param activation in the perceptrons
 * @param epsilon of the layer norms
 */
record Gpt2Model(
    Path folder, TransformerConfig shape, int hidden, Activation activation, double epsilon)
    implements PretrainedModel {
  private static final String PREFIX = "transformer.";

  /** Masks that some versions store, and the output layer, which is the token embedding. */
  private static final Predicate<String> IGNORED =
      Pattern.compile("(transformer\\.)?h\\.\\d+\\.attn\\.(bias|masked_bias)|lm_head\\.weight")
          .asMatchPredicate();

  static Gpt2Model read(ConfigJson config) throws PretrainedException {
    config.require("scale_attn_weights", true, "we compute attention with scaled scores");
    config.require("scale_attn_by_inverse_layer_idx", false, "we scale scores alike in all layers");
    config.require("add_cross_attention", false, "we compute decoders that see no encoder");
    config.require("tie_word_embeddings", true, "our GPT-2 has its token embedding as output");
    int width = config.size("n_embd");
    int heads = config.size("n_head");
    if (width % heads != 0) {
      throw config.fault("n_head", "is " + heads + ", which does not divide n_embd " + width);
    }
    return new Gpt2Model(
        config.folder(),
        new TransformerConfig(
            config.size("vocab_size"),
            config.size("n_positions"),
            width,
            heads,
            config.size("n_layer", Kind.MOST_LAYERS)),
        config.sizeOr("n_inner", 4 * width),
        config.word("activation_function", "gelu_new", Kind.ACTIVATIONS),
        config.positiveOr("layer_norm_epsilon", 1e-5));
  }

  @Override
  public String type() {
    return "gpt2";
  }

  @Override
  public int vocabulary() {
    return shape.vocabulary();
  }

  @Override
  public int context() {
    return shape.context();
  }

  @Override
  public int width() {
    return shape.width();
  }

  @Override
  public int layers() {
    return shape.blocks();
  }

  @Override
  public long parameterCount() {
    return Weights.count(weights());
  }

  private List<StoredWeight> weights() {
    int width = shape.width();
    List<StoredWeight> all = new ArrayList<>();
    all.add(StoredWeight.plain("tokens.weight", PREFIX + "wte.weight", shape.vocabulary(), width));
    all.add(StoredWeight.plain("positions.weight", PREFIX + "wpe.weight", shape.context(), width));
    for (int i = 0; i < shape.blocks(); i++) {
      String ours = "blocks." + i + ".";
      String theirs = PREFIX + "h." + i + ".";
      vectors(all, ours + "attentionNorm", theirs + "ln_1");
      linear(all, ours + "attention.qkv", theirs + "attn.c_attn", width, 3 * width);
      linear(all, ours + "attention.output", theirs + "attn.c_proj", width, width);
      vectors(all, ours + "mlpNorm", theirs + "ln_2");
      linear(all, ours + "mlp.up", theirs + "mlp.c_fc", width, hidden);
      linear(all, ours + "mlp.down", theirs + "mlp.c_proj", hidden, width);
    }
    vectors(all, "norm", PREFIX + "ln_f");
    return all;
  }

  private void vectors(List<StoredWeight> all, String ours, String theirs) {
    all.add(StoredWeight.plain(ours + ".weight", theirs + ".weight", shape.width()));
    all.add(StoredWeight.plain(ours + ".bias", theirs + ".bias", shape.width()));
  }

  private static void linear(List<StoredWeight> all, String ours, String theirs, int in, int out) {
    all.add(StoredWeight.plain(ours + ".weight", theirs + ".weight", in, out));
    all.add(StoredWeight.plain(ours + ".bias", theirs + ".bias", out));
  }

  @Override
  public LanguageModel load() throws IOException {
    Weights read = Weights.load(folder, weights(), WeightLoading.Naming.prefixed(PREFIX, IGNORED));
    List<TransformerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < shape.blocks(); i++) {
      blocks.add(block(read, "blocks." + i + "."));
    }
    return new Transformer(
        shape,
        new Embedding(read.get("tokens.weight")),
        new Embedding(read.get("positions.weight")),
        blocks,
        norm(read, "norm"));
  }

  private TransformerBlock block(Weights read, String path) {
    return new TransformerBlock(
        norm(read, path + "attentionNorm"),
        new MultiHeadAttention(
            read.linear(path + "attention.qkv"),
            read.linear(path + "attention.output"),
            shape.heads(),
            true),
        norm(read, path + "mlpNorm"),
        new Mlp(read.linear(path + "mlp.up"), activation, read.linear(path + "mlp.down")),
        new Dropout(0, new RandomStream(0)));
  }

  private LayerNorm norm(Weights read, String path) {
    return new LayerNorm(read.get(path + ".weight"), read.get(path + ".bias"), epsilon);
  }
}
