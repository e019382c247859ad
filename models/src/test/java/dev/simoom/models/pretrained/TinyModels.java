package dev.simoom.models.pretrained;

import java.io.IOException;
import java.nio.file.Path;

/** One tiny random model of each kind in a folder, and the same in double. */
enum TinyModels {
  GPT2 {
    @Override
    PlainDecoder write(Path folder) throws IOException {
      return gpt2(folder, "", VOCABULARY);
    }
  },
  GPT2_PREFIXED {
    @Override
    PlainDecoder write(Path folder) throws IOException {
      return gpt2(folder, "transformer.", VOCABULARY);
    }
  },
  /** Shared keys, frequencies kept, stretched and between, an output layer of its own. */
  LLAMA {
    @Override
    PlainDecoder write(Path folder) throws IOException {
      ModelFolder model = new ModelFolder(false);
      rotary(model, 8, 2, 8, false, false);
      model.add("lm_head.weight", VOCABULARY, WIDTH);
      // As versions before 4.31 stored it.
      model.add("model.layers.0.self_attn.rotary_emb.inv_freq", 4);
      model.writeConfig(folder, LLAMA_CONFIG);
      model.write(folder);
      return new PlainRotary(
          new PlainRotary.Settings(2, 8, 2, 8, 1e-3, 500, new double[] {8, 1, 4, 64}, false),
          model.tensors());
    }
  },
  /** Biases, a tied output layer, two files, and no prefix, as a base model is saved. */
  QWEN2 {
    @Override
    PlainDecoder write(Path folder) throws IOException {
      ModelFolder model = new ModelFolder(false);
      rotary(model, 4, 2, 8, true, false);
      model.omit("model.");
      model.writeConfig(folder, QWEN2_CONFIG);
      model.writeShards(folder);
      return new PlainRotary(
          new PlainRotary.Settings(2, 4, 2, 8, 1e-6, 1e6, null, true), model.tensors());
    }
  },
  /** Norms of heads, heads wider than the stream has room for, BF16, as transformers 5 writes. */
  QWEN3 {
    @Override
    PlainDecoder write(Path folder) throws IOException {
      ModelFolder model = new ModelFolder(true);
      rotary(model, 4, 1, 10, false, true);
      model.writeConfig(folder, QWEN3_CONFIG);
      model.write(folder);
      return new PlainRotary(
          new PlainRotary.Settings(2, 4, 1, 10, 1e-5, 5000, null, true), model.tensors());
    }
  };

  static final int VOCABULARY = 37;
  static final int WIDTH = 32;
  static final int HIDDEN = 44;

  static final String GPT2_CONFIG =
      """
      {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 37,
       "n_positions": 24, "n_ctx": 24, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_inner": 44,
       "activation_function": "gelu_new", "layer_norm_epsilon": 1e-3, "attn_pdrop": 0.1,
       "resid_pdrop": 0.1, "summary_type": "cls_index", "scale_attn_weights": true,
       "scale_attn_by_inverse_layer_idx": false, "reorder_and_upcast_attn": false}
      """;

  static final String LLAMA_CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 37,
       "hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 2,
       "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 8, "hidden_act": "silu",
       "max_position_embeddings": 64, "rms_norm_eps": 1e-3, "rope_theta": 500.0,
       "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
         "original_max_position_embeddings": 64, "rope_type": "llama3"},
       "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": false,
       "pretraining_tp": 1, "torch_dtype": "float32"}
      """;

  static final String QWEN2_CONFIG =
      """
      {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": 37,
       "hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu",
       "max_position_embeddings": 64, "max_window_layers": 1, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "rope_scaling": null, "sliding_window": 16,
       "use_sliding_window": false, "tie_word_embeddings": true, "torch_dtype": "bfloat16"}
      """;

  static final String QWEN3_CONFIG =
      """
      {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "vocab_size": 37,
       "hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 10, "hidden_act": "silu",
       "max_position_embeddings": 64, "rms_norm_eps": 1e-05, "attention_bias": false,
       "layer_types": ["full_attention", "full_attention"], "sliding_window": null,
       "rope_parameters": {"rope_theta": 5000, "rope_type": "default"},
       "tie_word_embeddings": true, "dtype": "bfloat16"}
      """;

  /** Writes the folder. */
  abstract PlainDecoder write(Path folder) throws IOException;

  static PlainDecoder gpt2(Path folder, String prefix, int vocabulary) throws IOException {
    ModelFolder model = new ModelFolder(false);
    model.add(prefix + "wte.weight", vocabulary, WIDTH).add(prefix + "wpe.weight", 24, WIDTH);
    for (int i = 0; i < 2; i++) {
      String path = prefix + "h." + i + ".";
      model.addWithBias(path + "ln_1", WIDTH);
      model.addWithBias(path + "attn.c_attn", WIDTH, 3 * WIDTH);
      model.addWithBias(path + "attn.c_proj", WIDTH, WIDTH);
      model.addWithBias(path + "ln_2", WIDTH);
      model.addWithBias(path + "mlp.c_fc", WIDTH, HIDDEN);
      model.addWithBias(path + "mlp.c_proj", HIDDEN, WIDTH);
      model.add(path + "attn.bias", 1, 1, 24, 24).add(path + "attn.masked_bias", 1);
    }
    model.addWithBias(prefix + "ln_f", WIDTH);
    model.writeConfig(folder, GPT2_CONFIG.replace("37", Integer.toString(vocabulary)));
    model.write(folder);
    return new PlainGpt2(2, 4, 1e-3, prefix, model.tensors());
  }

  private static void rotary(
      ModelFolder model, int heads, int keyHeads, int size, boolean biases, boolean norms) {
    model.add("model.embed_tokens.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 2; i++) {
      String path = "model.layers." + i + ".";
      String attention = path + "self_attn.";
      for (String name : new String[] {"q_proj", "k_proj", "v_proj"}) {
        long out = (long) size * (name.equals("q_proj") ? heads : keyHeads);
        model.add(attention + name + ".weight", out, WIDTH);
        if (biases) {
          model.add(attention + name + ".bias", out);
        }
      }
      model.add(attention + "o_proj.weight", WIDTH, (long) heads * size);
      if (norms) {
        model.add(attention + "q_norm.weight", size).add(attention + "k_norm.weight", size);
      }
      model.add(path + "mlp.gate_proj.weight", HIDDEN, WIDTH);
      model.add(path + "mlp.up_proj.weight", HIDDEN, WIDTH);
      model.add(path + "mlp.down_proj.weight", WIDTH, HIDDEN);
      model.add(path + "input_layernorm.weight", WIDTH);
      model.add(path + "post_attention_layernorm.weight", WIDTH);
    }
    model.add("model.norm.weight", WIDTH);
  }
}
