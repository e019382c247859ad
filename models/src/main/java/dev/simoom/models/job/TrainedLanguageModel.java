package dev.simoom.models.job;

import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.pretrained.PretrainedModel;
import dev.simoom.models.run.RunException;
import dev.simoom.models.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The language model of a run with its tokenizer.
 *
 * @param tokenizer between text and tokens
 * @param model its weights are freed when this is closed
 */
public record TrainedLanguageModel(Tokenizer tokenizer, LanguageModel model)
    implements AutoCloseable {
  /**
   * Loads it from the folder of a run, whose autoencoder may be unfinished, or from a folder of
   * Hugging Face's layout.
   *
   * @throws RunException if the run is not on text, or its language model is not trained
   * @throws IOException if a file cannot be read or is not what it should be
   */
  public static TrainedLanguageModel load(Path folder) throws IOException {
    if (PretrainedModel.isIn(folder)) {
      PretrainedModel model = PretrainedModel.read(folder);
      return new TrainedLanguageModel(SubjectModel.tokenizer(model), model.load());
    }
    SaeJobConfig config = SaeJob.configOnText(folder);
    if (!config.readsModel() && !Files.exists(folder.resolve(SubjectModel.WEIGHTS))) {
      throw SaeJob.untrained("the language model of the run", folder);
    }
    Tokenizer tokenizer = SubjectModel.tokenizer(config, folder);
    return new TrainedLanguageModel(tokenizer, SubjectModel.load(config, folder, tokenizer));
  }

  @Override
  public void close() {
    model.close();
  }
}
