package dev.simoom.models.job;

import dev.simoom.models.lm.LmTrainer;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.run.Checkpoints;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.JobSession;
import dev.simoom.tensor.safetensors.Checkpoint;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains the language model and saves it. */
final class ModelStage {
  private final JobSession session;
  private final SaeJobConfig config;

  ModelStage(JobSession session, SaeJobConfig config) {
    this.session = session;
    this.config = config;
  }

  /**
   * Trains to the end.
   *
   * @param state the state of this stage to go on from
   * @return whether it was finished; false if it was interrupted
   */
  boolean run(Transformer model, TextData text, @Nullable SafetensorsFile state)
      throws IOException {
    session.begin("language model");
    try (Interruption.Hold _ = session.hold();
        LmTrainer trainer = new LmTrainer(model, config.lm(), text.training(config))) {
      if (state != null) {
        Checkpoints.take(state, "lm.", model.parameters());
        trainer.load(state);
      }
      session.progress().measure(trainer.stepCount());
      double smooth = Double.NaN;
      while (!trainer.isDone()) {
        if (session.isStopped(() -> checkpoint(model, trainer))) {
          return false;
        }
        float loss = trainer.step();
        smooth = Double.isNaN(smooth) ? loss : 0.95 * smooth + 0.05 * loss;
        report(trainer, loss, smooth);
      }
      finish(model, trainer, smooth);
      return true;
    }
  }

  private void report(LmTrainer trainer, double loss, double smooth) throws IOException {
    long step = trainer.stepCount();
    session.metric("lm", step, loss, Map.of("loss", loss));
    session
        .progress()
        .update(
            step,
            config.lm().steps(),
            String.format(
                Locale.ROOT,
                "loss %.3f  %,.0f tokens/s",
                smooth,
                session.progress().perSecond(step) * trainer.tokensPerStep()));
  }

  private void finish(Transformer model, LmTrainer trainer, double loss) throws IOException {
    Checkpoint.save(
        session.run().file(SubjectModel.WEIGHTS),
        model.parameters(),
        Map.of("kind", "simoom language model"));
    session.checkpoint(Stage.AUTOENCODER, w -> {});
    session.end(
        String.format(
            Locale.ROOT,
            "%,d parameters, %,d steps of %,d tokens, loss %.3f",
            model.parameterCount(),
            trainer.stepCount(),
            trainer.tokensPerStep(),
            loss));
  }

  private void checkpoint(Transformer model, LmTrainer trainer) throws IOException {
    session.checkpoint(
        Stage.MODEL,
        writer -> {
          Checkpoints.add(writer, "lm.", model.parameters());
          trainer.save(writer);
        });
  }
}
