package dev.simoom.models.genie.job;

import dev.simoom.models.genie.Clips;
import dev.simoom.models.genie.CodedClips;
import dev.simoom.models.genie.CodedModel;
import dev.simoom.models.genie.CodedTrainer;
import dev.simoom.models.genie.CodedTraining;
import dev.simoom.models.genie.DynamicsTrainer;
import dev.simoom.models.run.Checkpoints;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.JobSession;
import dev.simoom.models.run.MachineMemory;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.run.RunException;
import dev.simoom.nn.Module;
import dev.simoom.tensor.safetensors.Checkpoint;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains a world on video: tokenizer, latent actions and dynamics one after the other, then
 * evaluates them and writes a report. It can be stopped between any two steps and resumed with the
 * same bits.
 */
public final class GenieJob {
  private final JobSession session;
  private final GenieConfig config;
  private final Path folder;

  private GenieJob(JobSession session, GenieConfig config) {
    this.session = session;
    this.config = config;
    this.folder = session.run().folder();
  }

  /**
   * Runs a new job in a folder.
   *
   * @return whether it was finished; false if it was interrupted
   * @throws RunException if there is a run in the folder already, or the video cannot be used
   * @throws IOException if the video cannot be read, or the folder not written
   */
  public static boolean start(
      GenieConfig config, Path folder, Progress progress, Interruption interruption)
      throws IOException {
    try (RunDirectory run = RunDirectory.create(folder)) {
      RunDirectory.writeJson(run.file("config.json"), config);
      JobSession session = new JobSession(run, progress, interruption, null);
      return new GenieJob(session, config).run(Stage.TOKENIZER, null);
    }
  }

  /**
   * Continues a job that stopped.
   *
   * @return whether it was finished; false if it was interrupted
   * @throws RunException if the folder holds no run of this kind
   * @throws IOException if a file of the run cannot be read, or the folder not written
   */
  public static boolean resume(Path folder, Progress progress, Interruption interruption)
      throws IOException {
    GenieConfig config = config(folder);
    Checkpoints checkpoints = new Checkpoints(folder);
    try (SafetensorsFile state = checkpoints.exist() ? checkpoints.open() : null;
        RunDirectory run =
            RunDirectory.reopen(folder, state == null ? 0 : Checkpoints.lines(state))) {
      JobSession session = new JobSession(run, progress, interruption, state);
      Stage stage = state == null ? Stage.TOKENIZER : Checkpoints.stage(state, Stage.class);
      return new GenieJob(session, config).run(stage, state);
    }
  }

  /** A line that says how large the models of a configuration are. */
  public static String sizes(GenieConfig config) {
    GenieSize size = GenieSize.of(config);
    return String.format(
        Locale.ROOT,
        "preset %s: tokenizer %,d parameters, latent actions %,d, dynamics %,d; training takes"
            + " about %,.1f GiB",
        config.preset(),
        size.tokenizer(),
        size.actions(),
        size.dynamics(),
        gibibytes(GenieSize.trainingBytes(config)));
  }

  /**
   * Looks whether this machine can hold a configuration, before anything is made.
   *
   * @throws RunException if it cannot
   */
  public static void checkMemory(GenieConfig config) throws RunException {
    MachineMemory.check(
        "the preset " + config.preset(),
        GenieSize.trainingBytes(config),
        "take a smaller --batch, or --preset demo");
  }

  private static double gibibytes(long bytes) {
    return bytes / 0x1p30;
  }

  static GenieConfig config(Path folder) throws IOException {
    if (!RunDirectory.isRun(folder)) {
      throw new RunException(folder + " holds no run: it has no config.json");
    }
    return RunDirectory.readJson(folder.resolve("config.json"), GenieConfig.class);
  }

  private boolean run(Stage from, @Nullable SafetensorsFile state) throws IOException {
    session.begin("video");
    GenieVideo video = GenieVideo.gather(config, session.progress()::say);
    session.end(
        String.format(
            Locale.ROOT,
            "%,d frames of %dx%d in %d episodes to learn from, %,d held out",
            video.frames(),
            config.width(),
            config.height(),
            video.train().size(),
            video.heldOutFrames()));
    try (GenieModels models = GenieModels.create(config)) {
      models.load(folder, from);
      for (Stage stage : Stage.values()) {
        SafetensorsFile own = stage == from ? state : null;
        if (stage.compareTo(from) >= 0 && !train(stage, models, video, own)) {
          return false;
        }
      }
      new GenieResults(config, folder, session).write(models, video);
      return true;
    }
  }

  private boolean train(
      Stage stage, GenieModels models, GenieVideo video, @Nullable SafetensorsFile state)
      throws IOException {
    return switch (stage) {
      case TOKENIZER ->
          trainCoded(
              stage,
              "tokenizer",
              CodedModel.of(models.tokenizer()),
              config.tokenizerTraining(),
              video,
              state);
      case ACTIONS ->
          trainCoded(
              stage,
              "latent actions",
              CodedModel.of(models.actions()),
              config.actionTraining(),
              video,
              state);
      case DYNAMICS -> trainDynamics(models, video, state);
      case TRAINED -> true;
    };
  }

  private boolean trainCoded(
      Stage stage,
      String title,
      CodedModel model,
      CodedTraining training,
      GenieVideo video,
      @Nullable SafetensorsFile state)
      throws IOException {
    session.begin(title);
    String name = GenieModels.name(stage);
    try (Interruption.Hold _ = session.hold();
        CodedTrainer trainer =
            new CodedTrainer(model, training, new Clips(video.train(), config.frames()))) {
      restore(model.module(), state, trainer::load);
      session.progress().measure(trainer.stepCount());
      double smooth = Double.NaN;
      while (!trainer.isDone()) {
        if (session.isStopped(() -> checkpoint(stage, model.module(), trainer::save))) {
          return false;
        }
        CodedTrainer.Figures figures = trainer.step();
        smooth = smooth(smooth, figures.error());
        session.metric(
            name,
            trainer.stepCount(),
            figures.loss(),
            Map.of("loss", figures.loss(), "error", figures.error()));
        session
            .progress()
            .update(
                trainer.stepCount(),
                training.steps(),
                String.format(Locale.ROOT, "PSNR %.2f dB", decibels(smooth)));
      }
      finish(stage, model.module());
      session.end(
          String.format(
              Locale.ROOT,
              "%,d parameters, %,d steps, PSNR %.2f dB",
              model.module().parameterCount(),
              trainer.stepCount(),
              decibels(smooth)));
      return true;
    }
  }

  private boolean trainDynamics(
      GenieModels models, GenieVideo video, @Nullable SafetensorsFile state) throws IOException {
    session.begin("dynamics");
    CodedClips clips =
        CodedClips.of(
            video.train(),
            config.frames(),
            Math.max(1, config.frames() / 2),
            models.tokenizer(),
            models.actions());
    try (Interruption.Hold _ = session.hold();
        DynamicsTrainer trainer =
            new DynamicsTrainer(
                models.dynamics(),
                models.actions().quantizer(),
                config.dynamicsTraining(),
                clips)) {
      restore(models.dynamics(), state, trainer::load);
      session.progress().measure(trainer.stepCount());
      double smooth = Double.NaN;
      while (!trainer.isDone()) {
        if (session.isStopped(() -> checkpoint(Stage.DYNAMICS, models.dynamics(), trainer::save))) {
          return false;
        }
        float loss = trainer.step();
        smooth = smooth(smooth, loss);
        session.metric("dynamics", trainer.stepCount(), loss, Map.of("loss", (double) loss));
        session
            .progress()
            .update(
                trainer.stepCount(),
                config.dynamicsTraining().steps(),
                String.format(Locale.ROOT, "loss %.3f nats a code", smooth));
      }
      finish(Stage.DYNAMICS, models.dynamics());
      session.end(
          String.format(
              Locale.ROOT,
              "%,d parameters, %,d steps on %,d clips, loss %.3f nats a code",
              models.dynamics().parameterCount(),
              trainer.stepCount(),
              clips.codes().size(),
              smooth));
      return true;
    }
  }

  private static double smooth(double before, double now) {
    return Double.isNaN(before) ? now : 0.95 * before + 0.05 * now;
  }

  private static double decibels(double error) {
    return -10 * Math.log10(error);
  }

  // ---------------------------------------------------------------- state

  /** Something that reads a state. */
  private interface Load {
    void from(SafetensorsFile state) throws IOException;
  }

  private static void restore(Module module, @Nullable SafetensorsFile state, Load trainer)
      throws IOException {
    // A stage that has only begun has no state of its own yet.
    if (state != null && state.metadata().containsKey(MODEL)) {
      Checkpoints.take(state, "model.", module.parameters());
      trainer.from(state);
    }
  }

  private static final String MODEL = "model";

  private void checkpoint(Stage stage, Module module, Consumer<SafetensorsWriter> trainer)
      throws IOException {
    session.checkpoint(
        stage,
        writer -> {
          writer.metadata(MODEL, GenieModels.name(stage));
          Checkpoints.add(writer, "model.", module.parameters());
          trainer.accept(writer);
        });
  }

  private void finish(Stage stage, Module module) throws IOException {
    Checkpoint.save(
        GenieModels.file(folder, stage),
        module.parameters(),
        Map.of("kind", "simoom genie " + GenieModels.name(stage)));
    session.checkpoint(Stage.values()[stage.ordinal() + 1], w -> {});
  }
}
