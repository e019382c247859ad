package dev.simoom.models.pretrained;

import dev.simoom.nn.Activation;
import dev.simoom.nn.Rope;
import dev.simoom.nn.Rope.Scaling;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the configuration of a Llama or Qwen says.
 *
 * @param type as {@code model_type} names it
 * @param hidden features of the perceptrons
 * @param heads of queries
 * @param keyHeads of keys and values
 * @param qkvBias whether queries, keys and values have biases
 * @param outputBias whether the attention's output has one
 * @param headNorms whether each head's queries and keys are normed
 * @param mlpBias whether the perceptrons have biases
 * @param tied whether the output layer is the token embedding
 */
record RotaryConfig(
    String type,
    int vocabulary,
    int context,
    int width,
    int layers,
    int hidden,
    int heads,
    int keyHeads,
    Rope rope,
    boolean qkvBias,
    boolean outputBias,
    boolean headNorms,
    boolean mlpBias,
    Activation activation,
    double epsilon,
    boolean tied) {

  private static final double USUAL_BASE = 10_000;

  /** Size of a head where Qwen 3's configuration does not tell. */
  private static final int QWEN3_HEAD = 128;

  static RotaryConfig read(ConfigJson config, Kind kind) throws PretrainedException {
    int context = config.size("max_position_embeddings");
    int layers = config.size("num_hidden_layers", Kind.MOST_LAYERS);
    if (kind != Kind.LLAMA) {
      requireWholeWindow(config, context, layers);
    }
    boolean bias = kind != Kind.QWEN2 && config.truth("attention_bias", false);
    int heads = config.size("num_attention_heads");
    int keyHeads = config.sizeOr("num_key_value_heads", heads);
    if (heads % keyHeads != 0) {
      throw config.fault(
          "num_key_value_heads",
          "is %d, which does not divide num_attention_heads %d".formatted(keyHeads, heads));
    }
    return new RotaryConfig(
        kind.name().toLowerCase(Locale.ROOT),
        config.size("vocab_size"),
        context,
        config.size("hidden_size"),
        layers,
        config.size("intermediate_size"),
        heads,
        keyHeads,
        rope(config, headSize(config, kind, heads)),
        bias || kind == Kind.QWEN2,
        bias,
        kind == Kind.QWEN3,
        kind == Kind.LLAMA && config.truth("mlp_bias", false),
        config.word("hidden_act", "silu", Kind.ACTIVATIONS),
        config.positiveOr("rms_norm_eps", 1e-6),
        config.truth("tie_word_embeddings", false));
  }

  private static int headSize(ConfigJson config, Kind kind, int heads) throws PretrainedException {
    int width = config.size("hidden_size");
    String key = config.has("head_dim") || kind == Kind.QWEN3 ? "head_dim" : "num_attention_heads";
    int size =
        kind == Kind.QWEN3
            ? config.sizeOr("head_dim", QWEN3_HEAD)
            : config.sizeOr("head_dim", width / heads);
    if (key.equals("num_attention_heads") && width % heads != 0) {
      throw config.fault(
          key, "is %d, which does not divide hidden_size %d".formatted(heads, width));
    }
    if (size < 2 || size % 2 != 0) {
      throw config.fault(key, "gives heads of " + size + " features; an even number is needed");
    }
    if ((long) heads * size > ConfigJson.LARGEST) {
      throw config.fault(key, "gives %d heads of %d features, too many".formatted(heads, size));
    }
    return size;
  }

  /** Windows that slide are refused where they would hide something. */
  private static void requireWholeWindow(ConfigJson config, int context, int layers)
      throws PretrainedException {
    for (String type : config.words("layer_types")) {
      if (!type.equals("full_attention")) {
        throw config.fault("layer_types", "has '%s'; we compute full_attention".formatted(type));
      }
    }
    boolean slides =
        config.truth("use_sliding_window", false)
            && config.has("sliding_window")
            && !config.has("layer_types")
            && config.sizeOr("max_window_layers", 28) < layers
            && config.size("sliding_window") < context;
    if (slides) {
      throw config.fault(
          "use_sliding_window",
          "is true, with a window below max_position_embeddings; we compute attention to all");
    }
  }

  /** transformers 5 has {@code rope_parameters}, before it there were two keys. */
  private static Rope rope(ConfigJson config, int size) throws PretrainedException {
    requireWholeHeads(config);
    Optional<ConfigJson> set = config.object("rope_scaling");
    ConfigJson rope = set.isPresent() ? set.get() : config.object("rope_parameters").orElse(config);
    double base =
        rope.has("rope_theta")
            ? rope.positive("rope_theta")
            : config.positiveOr("rope_theta", USUAL_BASE);
    if (rope == config) {
      return new Rope(size, base, Rope.Pairing.HALVES);
    }
    requireWholeHeads(rope);
    String key = rope.has("rope_type") || !rope.has("type") ? "rope_type" : "type";
    String type =
        rope.word(
            key, "default", Map.of("default", "default", "linear", "linear", "llama3", "llama3"));
    return new Rope(size, base, Rope.Pairing.HALVES, scaling(rope, type));
  }

  private static void requireWholeHeads(ConfigJson config) throws PretrainedException {
    if (config.positiveOr("partial_rotary_factor", 1) != 1) {
      throw config.fault("partial_rotary_factor", "is not 1; we turn whole heads");
    }
  }

  private static Scaling scaling(ConfigJson rope, String type) throws PretrainedException {
    return switch (type) {
      case "linear" -> new Scaling.Linear(rope.positive("factor"));
      case "llama3" -> {
        double low = rope.positive("low_freq_factor");
        double high = rope.positive("high_freq_factor");
        if (high <= low) {
          throw rope.fault("high_freq_factor", "must be above low_freq_factor " + low);
        }
        yield new Scaling.Llama3(
            rope.positive("factor"), low, high, rope.size("original_max_position_embeddings"));
      }
      default -> new Scaling.Unscaled();
    };
  }
}
