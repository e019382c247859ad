package dev.simoom.models.job;

import dev.simoom.models.lm.Transformer;
import dev.simoom.models.run.RunException;
import dev.simoom.models.text.BytePairEncoding;
import dev.simoom.models.text.Tokenizer;
import dev.simoom.tensor.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The language model of a run with its tokenizer.
 *
 * @param tokenizer between text and tokens
 * @param model its weights are freed when this is closed
 */
public record TrainedLanguageModel(Tokenizer tokenizer, Transformer model)
    implements AutoCloseable {
  private static final String WEIGHTS = "lm.safetensors";

  /**
   * Loads it from the folder of a run, whose autoencoder may be unfinished.
   *
   * @throws RunException if the run is not on text, or its language model is not trained
   * @throws IOException if a file of the run is missing, cannot be read, or is not what a run
   *     writes
   */
  public static TrainedLanguageModel load(Path folder) throws IOException {
    SaeJobConfig config = SaeJob.configOnText(folder);
    if (!Files.exists(folder.resolve(WEIGHTS))) {
      throw new RunException(
          "the language model of the run in %s is not trained to its end; continue it with --resume %s"
              .formatted(folder, folder));
    }
    Tokenizer tokenizer = BytePairEncoding.load(folder.resolve("tokenizer.json"));
    Transformer model = SaeJob.model(config, tokenizer.vocabularySize());
    try {
      Checkpoint.load(folder.resolve(WEIGHTS), model.parameters());
      return new TrainedLanguageModel(tokenizer, model);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
