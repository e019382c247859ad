package dev.simoom.models.job;

import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.JobSession;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SaeTrainer;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.ShuffleBuffer;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains the autoencoder on a stream of activations and saves its averaged weights. */
final class AutoencoderStage {
  private final JobSession session;
  private final SaeJobConfig config;

  AutoencoderStage(JobSession session, SaeJobConfig config) {
    this.session = session;
    this.config = config;
  }

  /**
   * Trains to the end.
   *
   * @param state the state of this stage to go on from
   * @return whether it was finished; false if it was interrupted
   */
  boolean run(ActivationSource source, @Nullable SafetensorsFile state) throws IOException {
    boolean resumed = state != null && state.metadata().containsKey("sae.format");
    session.begin("autoencoder");
    SaeTraining training = AutoencoderSetup.training(config, source.width());
    try (Interruption.Hold _ = session.hold();
        ShuffleBuffer buffer = new ShuffleBuffer(source, config.sae().buffer(), config.seed());
        SaeTrainer trainer =
            resumed
                ? SaeTrainer.restore(training, state, "sae.")
                : SaeTrainer.start(
                    AutoencoderSetup.shape(config, source.width()),
                    training,
                    AutoencoderSetup.sample(source))) {
      if (resumed) {
        buffer.load(state, "buffer.");
      }
      return train(trainer, buffer);
    }
  }

  private boolean train(SaeTrainer trainer, ShuffleBuffer buffer) throws IOException {
    session.progress().measure(trainer.stepCount());
    SaeTrainer.Step last = null;
    while (trainer.stepCount() < config.sae().steps()) {
      if (session.isStopped(() -> checkpoint(trainer, buffer))) {
        return false;
      }
      try (Scope _ = Scope.open()) {
        last = trainer.step(buffer.next(config.sae().batch()));
      }
      report(last);
    }
    try (SparseAutoencoder averaged = trainer.averaged()) {
      averaged.save(session.run().file(SaeJob.AUTOENCODER));
    }
    session.checkpoint(Stage.TRAINED, w -> {});
    session.end(
        String.format(
            Locale.ROOT,
            "%,d latents on %,d activations, error %.3f of the variance, %.1f %% dead",
            config.sae().latents(),
            trainer.tokens(),
            last == null ? Double.NaN : last.reconstruction(),
            100 * trainer.deadFraction()));
    return true;
  }

  private void report(SaeTrainer.Step step) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", step.loss());
    figures.put("reconstruction", step.reconstruction());
    figures.put("auxiliary", step.auxiliary());
    figures.put("l0", step.l0());
    figures.put("dead_fraction", (double) step.dead() / config.sae().latents());
    figures.put("gradient_norm", step.gradientNorm());
    session.metric("sae", step.step(), step.loss(), figures);
    session
        .progress()
        .update(
            step.step(),
            config.sae().steps(),
            String.format(
                Locale.ROOT,
                "error %.3f  dead %d  %,.0f activations/s",
                step.reconstruction(),
                step.dead(),
                session.progress().perSecond(step.step()) * config.sae().batch()));
  }

  private void checkpoint(SaeTrainer trainer, ShuffleBuffer buffer) throws IOException {
    session.checkpoint(
        Stage.AUTOENCODER,
        writer -> {
          trainer.save(writer, "sae.");
          buffer.save(writer, "buffer.");
        });
  }
}
