package dev.simoom.models.job;

import dev.simoom.models.run.RunException;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SafetensorsActivations;
import java.io.IOException;
import java.nio.file.Path;

/** How a run uses a file of activations: the last twentieth of its rows is held out. */
final class ActivationFile {
  private static final int BLOCK_ROWS = 2048;
  private static final int HELD_OUT_SHARE = 20;

  /** Two to take the pre-bias and the scale from and one to hold out. */
  private static final int LEAST_ROWS = 3;

  private ActivationFile() {}

  static SafetensorsActivations open(SaeJobConfig config) throws IOException {
    Path path = Path.of(config.activations());
    SafetensorsActivations file =
        config.tensor().isEmpty()
            ? SafetensorsActivations.open(path)
            : SafetensorsActivations.open(path, config.tensor());
    if (file.rows() < LEAST_ROWS || file.width() != config.width()) {
      String found = "[%d, %d]".formatted(file.rows(), file.width());
      String tensor = file.tensor();
      file.close();
      throw new RunException(
          "%s: '%s' is %s; the run needs %d columns and at least %d rows"
              .formatted(path, tensor, found, config.width(), LEAST_ROWS));
    }
    return file;
  }

  /** First of the rows that are held out. */
  static long firstHeldOut(SafetensorsActivations file) {
    return file.rows() - Math.max(1, file.rows() / HELD_OUT_SHARE);
  }

  /** The rows to train on, as an endless stream. */
  static ActivationSource training(SafetensorsActivations file, SaeJobConfig config) {
    int block = Math.min(BLOCK_ROWS, config.sae().buffer() / 2);
    return file.source(0, firstHeldOut(file), block, config.seed());
  }
}
