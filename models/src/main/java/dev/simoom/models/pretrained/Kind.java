package dev.simoom.models.pretrained;

import dev.simoom.nn.Activation;
import java.util.Map;

/** The kinds of models that we compute. */
enum Kind {
  GPT2,
  LLAMA,
  QWEN2,
  QWEN3;

  /** By {@code model_type}. */
  static final Map<String, Kind> BY_NAME =
      Map.of("gpt2", GPT2, "llama", LLAMA, "qwen2", QWEN2, "qwen3", QWEN3);

  /** Activations by the names that transformers has for them. */
  static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "silu", Activation.SILU,
          "swish", Activation.SILU,
          "gelu", Activation.GELU_EXACT,
          "gelu_new", Activation.GELU,
          "gelu_pytorch_tanh", Activation.GELU,
          "relu", Activation.RELU,
          "tanh", Activation.TANH);

  /** Beyond any model there is; what claims more is refused before it takes memory. */
  static final int MOST_LAYERS = 1000;
}
