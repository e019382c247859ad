package dev.simoom.models.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.nn.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a config.json may say, and what is refused by the name of its key. */
final class ConfigJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private PretrainedModel read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return PretrainedModel.read(folder);
  }

  private static String config(String kind) {
    return switch (kind) {
      case "gpt2" -> TinyModels.GPT2_CONFIG;
      case "llama" -> TinyModels.LLAMA_CONFIG;
      case "qwen2" -> TinyModels.QWEN2_CONFIG;
      default -> TinyModels.QWEN3_CONFIG;
    };
  }

  /** The configuration with a key added or set anew. */
  private static String with(String kind, String key, String value) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(config(kind));
      return root.set(key, JSON.readTree(value)).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpt2  | model_type                      | \"gpt_neo\" | is \"gpt_neo\"; we compute gpt2,"
            + " llama, qwen2, qwen3",
        "gpt2  | n_embd                          | 30         | n_head' is 4, which does not divide"
            + " n_embd 30",
        "gpt2  | n_layer                         | 1001       | a whole number from 1 to 1000",
        "gpt2  | n_layer                         | 2.5        | is 2.5; a whole number",
        "gpt2  | n_positions                     | null       | is missing; a whole number",
        "gpt2  | activation_function             | \"quick_gelu\" | we compute gelu, gelu_new",
        "gpt2  | scale_attn_weights              | false      | scaled scores",
        "gpt2  | scale_attn_by_inverse_layer_idx | true       | alike in all layers",
        "gpt2  | add_cross_attention             | true       | no encoder",
        "gpt2  | tie_word_embeddings             | false      | its token embedding as output",
        "gpt2  | layer_norm_epsilon              | -1         | is -1; a number above 0",
        "gpt2  | quantization_config             | {}         | F32, F16 or BF16",
        "llama | num_key_value_heads             | 3          | is 3, which does not divide"
            + " num_attention_heads 8",
        "llama | head_dim                        | 5          | gives heads of 5 features; an even"
            + " number",
        "llama | hidden_act                      | 7          | is 7; a string is needed",
        "llama | partial_rotary_factor           | 0.5        | is not 1; we turn whole heads",
        "llama | attention_bias                  | \"yes\"    | true or false",
        "llama | hidden_size                     | 99999999999999999999 | a whole number",
        "llama | tie_word_embeddings             | 1          | true or false",
        "qwen2 | use_sliding_window              | true       | we compute attention to all",
        "qwen2 | rope_scaling                    | {\"type\": \"yarn\", \"factor\": 4} |"
            + " rope_scaling.type' is \"yarn\"; we compute default, linear, llama3",
        "qwen2 | rope_scaling                    | {\"rope_type\": \"linear\"} |"
            + " rope_scaling.factor' is missing",
        "qwen2 | rope_scaling                    | 3          | an object is needed",
        "qwen3 | layer_types                     | [\"sliding_attention\"] | we compute"
            + " full_attention",
        "qwen3 | layer_types                     | [1]        | a list of strings",
        "qwen3 | rope_parameters                 | {\"rope_type\": \"dynamic\"} |"
            + " rope_parameters.rope_type' is \"dynamic\"",
        "qwen3 | rope_parameters                 | {\"partial_rotary_factor\": 0.25} |"
            + " rope_parameters.partial_rotary_factor'",
        "qwen3 | rope_parameters                 | {\"rope_type\": \"llama3\", \"low_freq_factor\":"
            + " 4, \"high_freq_factor\": 1} | must be above low_freq_factor 4.0",
      })
  void whatWeDoNotComputeIsRefusedByName(String kind, String key, String value, String message) {
    assertThatThrownBy(() -> read(with(kind, key, value)))
        .isInstanceOf(PretrainedException.class)
        .hasMessageContaining("config.json: key '")
        .hasMessageContaining(message);
  }

  @Test
  void theExceptionHasTheKey() {
    assertThatThrownBy(() -> read(with("qwen2", "rope_scaling", "{\"rope_type\": \"yarn\"}")))
        .isInstanceOfSatisfying(
            PretrainedException.class,
            e -> assertThat(e.key()).isEqualTo("rope_scaling.rope_type"));
  }

  @Test
  void filesThatAreNoConfigurationAreRefused() throws IOException {
    Files.write(folder.resolve("config.json"), new byte[] {'{', (byte) 0xff, '}'});
    assertThatThrownBy(() -> PretrainedModel.read(folder)).hasMessageContaining("is not UTF-8");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("is no JSON object");
    assertThatThrownBy(() -> read("")).isInstanceOf(PretrainedException.class);
    assertThatThrownBy(() -> read("{} {}")).hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> read("{\"a\": 1, \"a\": 2}")).hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> read("{\"a\": NaN}")).hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> read("{}")).hasMessageContaining("key 'model_type' is missing");
    assertThatThrownBy(() -> read(" ".repeat(2_000_000))).hasMessageContaining("is longer than");
  }

  @Test
  void defaultsAreThoseOfTransformers() throws IOException {
    Gpt2Model gpt2 =
        (Gpt2Model)
            read(
                """
                {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768,
                 "n_layer": 12, "n_head": 12}
                """);
    assertThat(gpt2.hidden()).isEqualTo(3072);
    assertThat(gpt2.activation()).isEqualTo(Activation.GELU);
    assertThat(gpt2.epsilon()).isEqualTo(1e-5);
    assertThat(gpt2.parameterCount()).isEqualTo(124_439_808);
    RotaryConfig llama =
        ((RotaryModel)
                read(
                    """
                    {"model_type": "llama", "vocab_size": 32000, "hidden_size": 4096,
                     "intermediate_size": 11008, "num_hidden_layers": 32,
                     "num_attention_heads": 32, "max_position_embeddings": 2048}
                    """))
            .config();
    assertThat(llama.keyHeads()).isEqualTo(32);
    assertThat(llama.rope().features()).isEqualTo(128);
    assertThat(llama.rope().base()).isEqualTo(10_000);
    assertThat(llama.epsilon()).isEqualTo(1e-6);
    assertThat(llama.tied()).isFalse();
    assertThat(llama.qkvBias()).isFalse();
  }

  /** The published configuration's keys, and the number of parameters that its card tells. */
  @Test
  void publishedModelsHaveTheirSizes() throws IOException {
    String qwen =
        """
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
         "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 896,
         "initializer_range": 0.02, "intermediate_size": 4864, "max_position_embeddings": 32768,
         "max_window_layers": 24, "model_type": "qwen2", "num_attention_heads": 14,
         "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
         "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true,
         "torch_dtype": "bfloat16", "transformers_version": "4.40.1", "use_cache": true,
         "use_mrope": false, "use_sliding_window": false, "vocab_size": 151936}
        """;
    assertThat(read(qwen).parameterCount()).isEqualTo(494_032_768);
    String llama =
        """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": 128000, "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu",
         "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
         "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
         "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
         "pretraining_tp": 1, "rms_norm_eps": 1e-05,
         "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
           "original_max_position_embeddings": 8192, "rope_type": "llama3"},
         "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
         "transformers_version": "4.45.0.dev0", "use_cache": true, "vocab_size": 128256}
        """;
    assertThat(read(llama).parameterCount()).isEqualTo(1_235_814_400);
  }
}
