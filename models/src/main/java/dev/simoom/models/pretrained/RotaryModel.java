package dev.simoom.models.pretrained;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.RotaryBlock;
import dev.simoom.models.lm.RotaryDecoder;
import dev.simoom.nn.Embedding;
import dev.simoom.nn.GatedMlp;
import dev.simoom.nn.GroupedQueryAttention;
import dev.simoom.nn.MultiHeadAttention.HeadNorms;
import dev.simoom.nn.RmsNorm;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.safetensors.StoredWeight;
import dev.simoom.tensor.safetensors.StoredWeight.Part;
import dev.simoom.tensor.safetensors.WeightLoading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A Llama or Qwen. Its linear layers lie in the files as [out, in] and are turned when they are
 * read; queries, keys and values become one layer.
 *
 * @param config what its configuration says
 */
record RotaryModel(Path folder, RotaryConfig config) implements PretrainedModel {
  private static final String PREFIX = "model.";

  /** Frequencies that old versions store; they follow from the configuration. */
  private static final Pattern FREQUENCIES = Pattern.compile(".*rotary_emb\\.inv_freq");

  private static final Pattern HEAD = Pattern.compile("lm_head\\.weight");

  static RotaryModel read(ConfigJson json, Kind kind) throws PretrainedException {
    return new RotaryModel(json.folder(), RotaryConfig.read(json, kind));
  }

  @Override
  public String type() {
    return config.type();
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
    return config.layers();
  }

  @Override
  public long parameterCount() {
    return Weights.count(weights());
  }

  private List<StoredWeight> weights() {
    List<StoredWeight> all = new ArrayList<>();
    all.add(
        StoredWeight.plain(
            "tokens.weight", PREFIX + "embed_tokens.weight", config.vocabulary(), config.width()));
    for (int i = 0; i < config.layers(); i++) {
      addBlock(all, "blocks." + i + ".", PREFIX + "layers." + i + ".");
    }
    all.add(StoredWeight.plain("norm.weight", PREFIX + "norm.weight", config.width()));
    if (!config.tied()) {
      all.add(
          StoredWeight.plain("head.weight", "lm_head.weight", config.vocabulary(), config.width()));
    }
    return all;
  }

  private void addBlock(List<StoredWeight> all, String ours, String theirs) {
    int width = config.width();
    int hidden = config.hidden();
    int size = config.rope().features();
    String attention = theirs + "self_attn.";
    all.add(
        StoredWeight.plain(
            ours + "attentionNorm.weight", theirs + "input_layernorm.weight", width));
    addQkv(all, ours + "attention.qkv", attention);
    linear(
        all,
        ours + "attention.output",
        attention + "o_proj",
        config.heads() * size,
        width,
        config.outputBias());
    if (config.headNorms()) {
      String norms = ours + "attention.headNorms.";
      all.add(StoredWeight.plain(norms + "queries.weight", attention + "q_norm.weight", size));
      all.add(StoredWeight.plain(norms + "keys.weight", attention + "k_norm.weight", size));
    }
    all.add(
        StoredWeight.plain(
            ours + "mlpNorm.weight", theirs + "post_attention_layernorm.weight", width));
    linear(all, ours + "mlp.gate", theirs + "mlp.gate_proj", width, hidden, config.mlpBias());
    linear(all, ours + "mlp.up", theirs + "mlp.up_proj", width, hidden, config.mlpBias());
    linear(all, ours + "mlp.down", theirs + "mlp.down_proj", hidden, width, config.mlpBias());
  }

  private void addQkv(List<StoredWeight> all, String ours, String theirs) {
    long size = config.rope().features();
    List<String> names = List.of("q_proj", "k_proj", "v_proj");
    List<Part> weights = new ArrayList<>();
    List<Part> biases = new ArrayList<>();
    for (String name : names) {
      long out = size * (name.equals("q_proj") ? config.heads() : config.keyHeads());
      weights.add(new Part(theirs + name + ".weight", Shape.of(config.width(), out), true));
      biases.add(new Part(theirs + name + ".bias", Shape.of(out), false));
    }
    all.add(new StoredWeight(ours + ".weight", weights));
    if (config.qkvBias()) {
      all.add(new StoredWeight(ours + ".bias", biases));
    }
  }

  private static void linear(
      List<StoredWeight> all, String ours, String theirs, int in, int out, boolean bias) {
    all.add(StoredWeight.turned(ours + ".weight", theirs + ".weight", in, out));
    if (bias) {
      all.add(StoredWeight.plain(ours + ".bias", theirs + ".bias", out));
    }
  }

  @Override
  public LanguageModel load() throws IOException {
    Predicate<String> ignored = FREQUENCIES.asMatchPredicate();
    if (config.tied()) {
      ignored = ignored.or(HEAD.asMatchPredicate());
    }
    Weights read = Weights.load(folder, weights(), WeightLoading.Naming.prefixed(PREFIX, ignored));
    List<RotaryBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(block(read, "blocks." + i + "."));
    }
    return new RotaryDecoder(
        new Embedding(read.get("tokens.weight")),
        blocks,
        norm(read, "norm"),
        config.tied() ? null : new Embedding(read.get("head.weight")),
        config.context());
  }

  private RotaryBlock block(Weights read, String path) {
    HeadNorms norms =
        config.headNorms()
            ? new HeadNorms(
                norm(read, path + "attention.headNorms.queries"),
                norm(read, path + "attention.headNorms.keys"))
            : null;
    return new RotaryBlock(
        norm(read, path + "attentionNorm"),
        new GroupedQueryAttention(
            read.linear(path + "attention.qkv"),
            read.linear(path + "attention.output"),
            config.heads(),
            config.keyHeads(),
            config.rope(),
            norms),
        norm(read, path + "mlpNorm"),
        new GatedMlp(
            read.linear(path + "mlp.gate"),
            read.linear(path + "mlp.up"),
            config.activation(),
            read.linear(path + "mlp.down")));
  }

  private RmsNorm norm(Weights read, String path) {
    return new RmsNorm(read.get(path + ".weight"), config.epsilon());
  }
}
