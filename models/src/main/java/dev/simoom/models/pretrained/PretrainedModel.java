package dev.simoom.models.pretrained;

import dev.simoom.models.lm.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A decoder in a folder of Hugging Face's layout, {@code config.json} beside its weights in
 * safetensors, which are not read yet.
 *
 * <p>Whatever in its configuration changes what the model computes is honoured or refused; keys
 * that we do not know are passed over, as transformers does.
 */
public sealed interface PretrainedModel permits Gpt2Model, RotaryModel {
  /** The folder. */
  Path folder();

  /** The kind of model, as {@code model_type} names it. */
  String type();

  /** Number of tokens that it has logits for. */
  int vocabulary();

  /** Positions that it sees at most. */
  int context();

  /** Features of the residual stream. */
  int width();

  /** Number of blocks. */
  int layers();

  /** Number of numbers in all parameters, four bytes each once they are read. */
  long parameterCount();

  /**
   * Reads the weights.
   *
   * @return the caller closes it
   * @throws IOException if they cannot be read or do not fit; the message lists what is missing,
   *     unexpected and of another shape, and nothing is left open
   */
  LanguageModel load() throws IOException;

  /**
   * Whether a folder claims to hold a model: it has a config.json that names the model's type.
   *
   * @throws IOException if that file is there and cannot be read
   */
  static boolean isIn(Path folder) throws IOException {
    Path file = folder.resolve(ConfigJson.FILE);
    return Files.isRegularFile(file) && ConfigJson.read(file).has("model_type");
  }

  /**
   * Reads a folder's configuration.
   *
   * @throws PretrainedException if there is none, or it asks for what we do not compute; the
   *     message names file and key, and what would be right
   * @throws IOException if it cannot be read
   */
  static PretrainedModel read(Path folder) throws IOException {
    Path file = folder.resolve(ConfigJson.FILE);
    if (!Files.isRegularFile(file)) {
      throw new PretrainedException(
          file, "is not there; a model's folder has it beside its model.safetensors");
    }
    ConfigJson config = ConfigJson.read(file);
    if (config.has("quantization_config")) {
      throw config.fault("quantization_config", "is set; weights in F32, F16 or BF16 are needed");
    }
    Kind kind = config.word("model_type", "missing", Kind.BY_NAME);
    return switch (kind) {
      case GPT2 -> Gpt2Model.read(config);
      case LLAMA, QWEN2, QWEN3 -> RotaryModel.read(config, kind);
    };
  }

  /**
   * Reads a folder, its weights included.
   *
   * @return the caller closes it
   * @throws IOException as {@link #read} and {@link #load}
   */
  static LanguageModel open(Path folder) throws IOException {
    return read(folder).load();
  }
}
