package dev.simoom.models.job;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.lm.TransformerConfig;
import dev.simoom.models.pretrained.PretrainedModel;
import dev.simoom.models.run.RunException;
import dev.simoom.models.text.BytePairEncoding;
import dev.simoom.models.text.PretrainedTokenizer;
import dev.simoom.models.text.Tokenizer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/** The language model whose residual stream a run reads: trained in the run, or from a folder. */
final class SubjectModel {
  /** Weights of a model that was trained in the run. */
  static final String WEIGHTS = "lm.safetensors";

  static final String TOKENIZER = "tokenizer.json";

  private SubjectModel() {}

  /** A model to be trained in the run. */
  static Transformer create(SaeJobConfig config, int vocabulary) {
    TransformerConfig shape =
        new TransformerConfig(
            vocabulary, config.context(), config.width(), config.heads(), config.blocks());
    return Transformer.create(shape, new RandomStream(config.lm().seed()));
  }

  /**
   * The trained model of a run.
   *
   * @throws RunException if it is not the one that the run began with
   * @throws IOException if its weights cannot be read, or are not there
   */
  static LanguageModel load(SaeJobConfig config, Path folder, Tokenizer tokenizer)
      throws IOException {
    if (config.readsModel()) {
      Path source = Path.of(config.model());
      Fingerprint.ofModel(source).check(folder);
      return PretrainedModel.open(source);
    }
    Transformer model = create(config, tokenizer.vocabularySize());
    try {
      Checkpoint.load(folder.resolve(WEIGHTS), model.parameters());
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The tokenizer of a run, which has one already. */
  static Tokenizer tokenizer(SaeJobConfig config, Path folder) throws IOException {
    return config.readsModel()
        ? tokenizer(PretrainedModel.read(Path.of(config.model())))
        : BytePairEncoding.load(folder.resolve(TOKENIZER));
  }

  /**
   * The tokenizer that lies beside a model.
   *
   * @throws RunException if the model has fewer tokens
   */
  static Tokenizer tokenizer(PretrainedModel model) throws IOException {
    try {
      return PretrainedTokenizer.load(model.folder()).padded(model.vocabulary());
    } catch (IllegalArgumentException e) {
      throw new RunException(model.folder() + ": " + e.getMessage());
    }
  }
}
