package dev.simoom.models.job;

import dev.simoom.models.run.RunException;
import dev.simoom.models.sae.SparseAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The autoencoder of a run with the language model whose residual stream it reads.
 *
 * @param language the model, freed when this is closed
 * @param sae the autoencoder, freed too
 * @param layer the layer that it reads
 */
public record TrainedAutoencoder(TrainedLanguageModel language, SparseAutoencoder sae, int layer)
    implements AutoCloseable {
  /**
   * Loads both from the folder of a run.
   *
   * @throws RunException if the run is not on text, or not trained to its end
   * @throws IOException if a file cannot be read or is not what it should be
   */
  public static TrainedAutoencoder load(Path folder) throws IOException {
    SaeJobConfig config = SaeJob.configOnText(folder);
    TrainedLanguageModel language = TrainedLanguageModel.load(folder);
    try {
      if (!Files.exists(folder.resolve(SaeJob.AUTOENCODER))) {
        throw SaeJob.untrained("the autoencoder of the run", folder);
      }
      SparseAutoencoder sae = SaeJob.autoencoder(config, folder);
      return new TrainedAutoencoder(language, sae, config.layer());
    } catch (IOException | RuntimeException e) {
      language.close();
      throw e;
    }
  }

  @Override
  public void close() {
    sae.close();
    language.close();
  }
}
