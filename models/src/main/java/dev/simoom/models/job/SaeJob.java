package dev.simoom.models.job;

import dev.simoom.models.job.Checkpoints.Stage;
import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.lm.LmTrainer;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.lm.TransformerConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SaeTrainer;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.SafetensorsActivations;
import dev.simoom.models.sae.ShuffleBuffer;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.safetensors.Checkpoint;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The main job: trains a language model on text, a sparse autoencoder on its residual stream,
 * evaluates both and writes a report; or, with activations from a file, the autoencoder alone.
 *
 * <p>It can be stopped between any two steps and resumed with the same bits.
 */
public final class SaeJob {
  private static final double CHECKPOINT_SECONDS = 120;

  private final SaeJobConfig config;
  private final RunDirectory run;
  private final Progress progress;
  private final Interruption interruption;
  private final Checkpoints checkpoints;
  private final int threads;
  private final Map<String, Double> stageSeconds = new LinkedHashMap<>();
  private long lines;
  private double lastCheckpoint;

  private SaeJob(
      SaeJobConfig config,
      RunDirectory run,
      Progress progress,
      Interruption interruption,
      int threads,
      long lines) {
    this.config = config;
    this.run = run;
    this.progress = progress;
    this.interruption = interruption;
    this.checkpoints = new Checkpoints(run.folder());
    this.threads = threads;
    this.lines = lines;
  }

  /**
   * Runs a new job in a folder.
   *
   * @return whether it was finished; false if it was interrupted
   */
  public static boolean start(
      SaeJobConfig config, Path folder, Progress progress, Interruption interruption, int threads)
      throws IOException {
    try (RunDirectory run = RunDirectory.create(folder)) {
      run.writeJson("config.json", config);
      return new SaeJob(config, run, progress, interruption, threads, 0).run();
    }
  }

  /** Continues a job that stopped. */
  public static boolean resume(
      Path folder, Progress progress, Interruption interruption, int threads) throws IOException {
    SaeJobConfig config = RunDirectory.readJson(folder.resolve("config.json"), SaeJobConfig.class);
    Checkpoints checkpoints = new Checkpoints(folder);
    long lines = 0;
    if (checkpoints.exist()) {
      try (SafetensorsFile state = checkpoints.open()) {
        lines = Checkpoints.lines(state);
      }
    }
    try (RunDirectory run = RunDirectory.reopen(folder, lines)) {
      return new SaeJob(config, run, progress, interruption, threads, lines).run();
    }
  }

  /** Evaluates a finished job again and rewrites its summary and report. */
  public static void evaluate(Path folder, Progress progress, int threads) throws IOException {
    SaeJobConfig config = RunDirectory.readJson(folder.resolve("config.json"), SaeJobConfig.class);
    try (SparseAutoencoder sae = SparseAutoencoder.load(folder.resolve("sae.safetensors"));
        Results results = new Results(config, folder, progress)) {
      if (config.readsActivations()) {
        results.ofActivations(sae);
        return;
      }
      progress.stage("text");
      TextData text = TextData.gather(config, folder.resolve("tokenizer.json"), threads);
      progress.done(text.corpus().description());
      try (Transformer model = model(config, text)) {
        Checkpoint.load(folder.resolve("lm.safetensors"), model.parameters());
        results.ofText(text, model, sae);
      }
    }
  }

  private boolean run() throws IOException {
    try (SafetensorsFile state = checkpoints.exist() ? checkpoints.open() : null;
        Results results = new Results(config, run.folder(), progress)) {
      Stage stage = state == null ? Stage.MODEL : Checkpoints.stage(state);
      return config.readsActivations()
          ? onActivations(stage, state, results)
          : onText(stage, state, results);
    }
  }

  // ---------------------------------------------------------------- the two ways in

  private boolean onText(Stage stage, @Nullable SafetensorsFile state, Results results)
      throws IOException {
    progress.stage("text");
    TextData text = TextData.gather(config, run.file("tokenizer.json"), threads);
    progress.done(
        String.format(
            Locale.ROOT,
            "%s; %,d tokens to train on, %,d held out, vocabulary %,d",
            text.corpus().description(),
            text.train().size(),
            text.heldOut().size(),
            text.encoding().vocabularySize()));
    endStage("text", results);
    try (Transformer model = model(config, text)) {
      if (stage == Stage.MODEL) {
        if (!trainModel(model, text, state)) {
          return false;
        }
        Checkpoint.save(
            run.file("lm.safetensors"),
            model.parameters(),
            Map.of("kind", "simoom language model"));
        checkpoint(Stage.AUTOENCODER, w -> {});
        endStage("language model", results);
      } else {
        Checkpoint.load(run.file("lm.safetensors"), model.parameters());
      }
      try (ActivationSource source =
          new LmActivations(model, config.layer(), text.harvest(config))) {
        boolean fresh = stage != Stage.TRAINED;
        if (fresh && !trainAutoencoder(source, stage == Stage.AUTOENCODER ? state : null)) {
          return false;
        }
      }
      endStage("autoencoder", results);
      try (SparseAutoencoder sae = SparseAutoencoder.load(run.file("sae.safetensors"))) {
        run.flush();
        results.ofText(text, model, sae);
      }
      return true;
    }
  }

  private boolean onActivations(Stage stage, @Nullable SafetensorsFile state, Results results)
      throws IOException {
    try (SafetensorsActivations file = ActivationFile.open(config);
        ActivationSource source = ActivationFile.training(file, config)) {
      progress.say(
          String.format(
              Locale.ROOT,
              "activations: %,d rows of %,d from '%s' in %s",
              file.rows(),
              file.width(),
              file.tensor(),
              config.activations()));
      if (stage != Stage.TRAINED && !trainAutoencoder(source, state)) {
        return false;
      }
    }
    endStage("autoencoder", results);
    try (SparseAutoencoder sae = SparseAutoencoder.load(run.file("sae.safetensors"))) {
      run.flush();
      results.ofActivations(sae);
    }
    return true;
  }

  static Transformer model(SaeJobConfig config, TextData text) {
    TransformerConfig shape =
        new TransformerConfig(
            text.encoding().vocabularySize(),
            config.context(),
            config.width(),
            config.heads(),
            config.blocks());
    return Transformer.create(shape, new RandomStream(config.lm().seed()));
  }

  private void endStage(String name, Results results) {
    stageSeconds.put(name, progress.stageSeconds());
    results.stages(stageSeconds);
  }

  // ---------------------------------------------------------------- the language model

  private boolean trainModel(Transformer model, TextData text, @Nullable SafetensorsFile state)
      throws IOException {
    try (LmTrainer trainer = new LmTrainer(model, config.lm(), text.training(config))) {
      if (state != null) {
        Checkpoints.take(state, "lm.", model.parameters());
        trainer.load(state);
      }
      progress.stage("language model", trainer.stepCount());
      double smooth = Double.NaN;
      while (!trainer.isDone()) {
        if (isStopped(() -> checkpointModel(model, trainer))) {
          return false;
        }
        float loss = trainer.step();
        smooth = Double.isNaN(smooth) ? loss : 0.95 * smooth + 0.05 * loss;
        metric("lm", trainer.stepCount(), Map.of("loss", (double) loss));
        progress.update(
            trainer.stepCount(),
            config.lm().steps(),
            String.format(
                Locale.ROOT,
                "loss %.3f  %,.0f tokens/s",
                smooth,
                trainer.stepCount() * trainer.tokensPerStep() / progress.stageSeconds()));
      }
      progress.done(
          String.format(
              Locale.ROOT,
              "%,d parameters, %,d steps of %,d tokens, loss %.3f",
              model.parameterCount(),
              trainer.stepCount(),
              trainer.tokensPerStep(),
              smooth));
      return true;
    }
  }

  private void checkpointModel(Transformer model, LmTrainer trainer) throws IOException {
    checkpoint(
        Stage.MODEL,
        writer -> {
          Checkpoints.add(writer, "lm.", model.parameters());
          trainer.save(writer);
        });
  }

  // ---------------------------------------------------------------- the autoencoder

  private boolean trainAutoencoder(ActivationSource source, @Nullable SafetensorsFile state)
      throws IOException {
    boolean resumed = state != null && state.metadata().containsKey("sae.format");
    SaeTraining training = AutoencoderSetup.training(config, source.width());
    try (ShuffleBuffer buffer = new ShuffleBuffer(source, config.sae().buffer(), config.seed());
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
      progress.stage("autoencoder", trainer.stepCount());
      SaeTrainer.Step last = null;
      while (trainer.stepCount() < config.sae().steps()) {
        if (isStopped(() -> checkpointAutoencoder(trainer, buffer))) {
          return false;
        }
        try (Scope _ = Scope.open()) {
          last = trainer.step(buffer.next(config.sae().batch()));
        }
        report(last, trainer);
      }
      try (SparseAutoencoder averaged = trainer.averaged()) {
        averaged.save(run.file("sae.safetensors"));
      }
      checkpoint(Stage.TRAINED, w -> {});
      progress.done(
          String.format(
              Locale.ROOT,
              "%,d latents on %,d activations, error %.3f of the variance, %.1f %% dead",
              config.sae().latents(),
              trainer.tokens(),
              last == null ? Double.NaN : last.reconstruction(),
              100 * trainer.deadFraction()));
      return true;
    }
  }

  private void report(SaeTrainer.Step step, SaeTrainer trainer) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", step.loss());
    figures.put("reconstruction", step.reconstruction());
    figures.put("auxiliary", step.auxiliary());
    figures.put("l0", step.l0());
    figures.put("dead_fraction", (double) step.dead() / config.sae().latents());
    figures.put("gradient_norm", step.gradientNorm());
    metric("sae", step.step(), figures);
    progress.update(
        step.step(),
        config.sae().steps(),
        String.format(
            Locale.ROOT,
            "error %.3f  dead %d  %,.0f activations/s",
            step.reconstruction(),
            step.dead(),
            trainer.tokens() / progress.stageSeconds()));
  }

  private void checkpointAutoencoder(SaeTrainer trainer, ShuffleBuffer buffer) throws IOException {
    checkpoint(
        Stage.AUTOENCODER,
        writer -> {
          trainer.save(writer, "sae.");
          buffer.save(writer, "buffer.");
        });
  }

  // ---------------------------------------------------------------- between steps

  /** Something that writes files. */
  private interface Save {
    void run() throws IOException;
  }

  /** Saves the state if the job is to stop, or has not been saved for long. */
  private boolean isStopped(Save save) throws IOException {
    boolean stop = interruption.isRequested();
    if (stop || progress.seconds() - lastCheckpoint > CHECKPOINT_SECONDS) {
      save.run();
      lastCheckpoint = progress.seconds();
    }
    return stop;
  }

  private void checkpoint(Stage stage, Consumer<SafetensorsWriter> state) throws IOException {
    run.flush();
    checkpoints.write(stage, lines, state);
  }

  private void metric(String stage, long step, Map<String, Double> figures) throws IOException {
    run.metric(stage, step, figures);
    lines++;
  }
}
