package dev.simoom.models.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.run.Checkpoints;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.JobSession;
import dev.simoom.models.run.MachineMemory;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.run.RunException;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.Normalisation;
import dev.simoom.models.sae.SafetensorsActivations;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main job: trains a language model on text, or takes one from a folder, trains a sparse
 * autoencoder on its residual stream, evaluates both and writes a report; or, with activations from
 * a file, the autoencoder alone.
 *
 * <p>It can be stopped between any two steps and resumed with the same bits.
 */
public final class SaeJob {
  /** Weights of the autoencoder in the folder of a run. */
  static final String AUTOENCODER = "sae.safetensors";

  private final JobSession session;
  private final SaeJobConfig config;
  private final Path folder;
  private final Progress progress;
  private final int threads;

  private SaeJob(JobSession session, SaeJobConfig config, int threads) {
    this.session = session;
    this.config = config;
    this.folder = session.run().folder();
    this.progress = session.progress();
    this.threads = threads;
  }

  /**
   * Runs a new job in a folder.
   *
   * @return whether it was finished; false if it was interrupted
   * @throws RunException if there is a run in the folder already, or the input cannot be used
   * @throws IOException if the input cannot be read, or the folder not written
   */
  public static boolean start(
      SaeJobConfig config, Path folder, Progress progress, Interruption interruption, int threads)
      throws IOException {
    try (RunDirectory run = RunDirectory.create(folder)) {
      RunDirectory.writeJson(run.file("config.json"), config);
      JobSession session = new JobSession(run, progress, interruption, null);
      return new SaeJob(session, config, threads).run(Stage.MODEL, null);
    }
  }

  /**
   * Continues a job that stopped.
   *
   * @return whether it was finished; false if it was interrupted
   * @throws RunException if the folder holds no run, or the input is not what it began with
   * @throws IOException if a file of the run or the input cannot be read, or the folder not written
   */
  public static boolean resume(
      Path folder, Progress progress, Interruption interruption, int threads) throws IOException {
    SaeJobConfig config = config(folder);
    Checkpoints checkpoints = new Checkpoints(folder);
    try (SafetensorsFile state = checkpoints.exist() ? checkpoints.open() : null;
        RunDirectory run =
            RunDirectory.reopen(folder, state == null ? 0 : Checkpoints.lines(state))) {
      JobSession session = new JobSession(run, progress, interruption, state);
      Stage stage = state == null ? Stage.MODEL : Checkpoints.stage(state, Stage.class);
      return new SaeJob(session, config, threads).run(stage, state);
    }
  }

  /**
   * Evaluates a finished job again and rewrites its summary and report.
   *
   * @throws RunException if the folder holds no finished run, or the input is not what it began
   *     with
   * @throws IOException if a file of the run or the input cannot be read, or the folder not written
   */
  public static void evaluate(Path folder, Progress progress, int threads) throws IOException {
    SaeJobConfig config = config(folder);
    requireTrained(folder);
    Results results = new Results(config, folder, progress, trainingSeconds(folder));
    try (SparseAutoencoder sae = autoencoder(config, folder)) {
      if (config.readsActivations()) {
        Fingerprint.of(Path.of(config.activations())).check(folder);
        results.ofActivations(sae);
        return;
      }
      progress.stage("text");
      TextData text = TextData.gather(config, folder, threads);
      progress.done(text.corpus().description());
      try (LanguageModel model = SubjectModel.load(config, folder, text.tokenizer())) {
        results.ofText(text, model, sae);
      }
    }
  }

  /**
   * Looks whether this machine can hold a configuration, before anything is made.
   *
   * @throws RunException if it cannot
   */
  public static void checkMemory(SaeJobConfig config) throws RunException {
    MachineMemory.check(
        "the run",
        SaeSize.trainingBytes(config),
        config.readsModel()
            ? "take a smaller --model, --latents, --sae-batch or --buffer"
            : "take smaller --width, --blocks, --lm-batch, --latents, --sae-batch or --buffer");
  }

  static SaeJobConfig config(Path folder) throws IOException {
    if (!RunDirectory.isRun(folder)) {
      throw new RunException(folder + " holds no run: it has no config.json");
    }
    Path file = folder.resolve("config.json");
    SaeJobConfig config =
        RunDirectory.readJson(file, SaeJobConfig.class, SaeJob::addWhatOldRunsLack);
    requireInRange(file, "heads", config.heads(), 1, config.width());
    requireInRange(file, "layer", config.layer(), 0, config.blocks());
    requireInRange(file, "evaluationBatches", config.evaluationBatches(), 1, Integer.MAX_VALUE);
    requireInRange(file, "sae.latents", config.sae().latents(), 1, Integer.MAX_VALUE);
    return config;
  }

  /** Refuses what only a change to the file can have put there. */
  private static void requireInRange(Path file, String name, int value, int least, int most)
      throws RunException {
    if (value < least || value > most) {
      throw new RunException(
          "%s is not what a run writes: '%s' is %d, and it must be %d to %d"
              .formatted(file, name, value, least, most));
    }
  }

  /** TopK, rows of norm 1 and models of our own were all there was before settings named them. */
  private static void addWhatOldRunsLack(ObjectNode config) {
    if (!config.has("model")) {
      config.put("model", "");
    }
    if (config.path("sae") instanceof ObjectNode sae) {
      if (!sae.has("sparsity")) {
        sae.put("sparsity", SparsityChoice.TOPK.name());
        sae.put("penalty", 0.0).put("penaltyWarmup", 0);
      }
      if (!sae.has("normalisation")) {
        sae.put("normalisation", Normalisation.UNIT_NORM.name());
      }
    }
  }

  /**
   * The settings of a run on text.
   *
   * @throws RunException if there is no run, or it is on activations
   */
  static SaeJobConfig configOnText(Path folder) throws IOException {
    SaeJobConfig config = config(folder);
    if (config.readsActivations()) {
      throw new RunException(
          "the run in " + folder + " is on activations from a file; name one on text");
    }
    return config;
  }

  /**
   * Checks that a run has everything trained.
   *
   * @throws RunException if it stopped before
   */
  static void requireTrained(Path folder) throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    if (checkpoints.exist()) {
      try (SafetensorsFile state = checkpoints.open()) {
        if (Checkpoints.stage(state, Stage.class) == Stage.TRAINED) {
          return;
        }
      }
    }
    throw untrained("the run", folder);
  }

  /** A complaint, to be thrown, that a part of a run is asked for too early. */
  static RunException untrained(String what, Path folder) {
    return new RunException(
        "%s in %s is not trained to its end; continue it with --resume %s"
            .formatted(what, folder, folder));
  }

  /**
   * The trained autoencoder of a run.
   *
   * @throws RunException if it is one of another width
   * @throws IOException if it cannot be read, or is not there
   */
  static SparseAutoencoder autoencoder(SaeJobConfig config, Path folder) throws IOException {
    Path file = folder.resolve(AUTOENCODER);
    SparseAutoencoder sae = SparseAutoencoder.load(file);
    if (sae.config().width() != config.width()) {
      int width = sae.config().width();
      sae.close();
      throw new RunException(
          "%s is an autoencoder of width %d, and the run's activations have %d; bring back its own"
              .formatted(file, width, config.width()));
    }
    return sae;
  }

  private static Map<String, Double> trainingSeconds(Path folder) throws IOException {
    try (SafetensorsFile state = new Checkpoints(folder).open()) {
      return Checkpoints.seconds(state);
    }
  }

  private boolean run(Stage stage, @Nullable SafetensorsFile state) throws IOException {
    return config.readsActivations() ? onActivations(stage, state) : onText(stage, state);
  }

  private boolean onText(Stage stage, @Nullable SafetensorsFile state) throws IOException {
    session.begin("text");
    TextData text = TextData.gather(config, folder, threads);
    session.end(
        String.format(
            Locale.ROOT,
            "%s; %,d tokens to train on, %,d held out, vocabulary %,d",
            text.corpus().description(),
            text.train().size(),
            text.heldOut().size(),
            text.tokenizer().vocabularySize()));
    if (stage == Stage.MODEL && !config.readsModel() && !trainModel(text, state)) {
      return false;
    }
    try (LanguageModel model = SubjectModel.load(config, folder, text.tokenizer())) {
      if (stage != Stage.TRAINED) {
        try (ActivationSource source =
            new LmActivations(model, config.layer(), text.harvest(config))) {
          SafetensorsFile own = stage == Stage.AUTOENCODER ? state : null;
          if (!new AutoencoderStage(session, config).run(source, own)) {
            return false;
          }
        }
      }
      try (SparseAutoencoder sae = autoencoder(config, folder)) {
        results().ofText(text, model, sae);
      }
      return true;
    }
  }

  private boolean trainModel(TextData text, @Nullable SafetensorsFile state) throws IOException {
    try (Transformer model = SubjectModel.create(config, text.tokenizer().vocabularySize())) {
      return new ModelStage(session, config).run(model, text, state);
    }
  }

  private boolean onActivations(Stage stage, @Nullable SafetensorsFile state) throws IOException {
    Fingerprint.of(Path.of(config.activations())).check(folder);
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
      if (stage != Stage.TRAINED && !new AutoencoderStage(session, config).run(source, state)) {
        return false;
      }
    }
    try (SparseAutoencoder sae = autoencoder(config, folder)) {
      results().ofActivations(sae);
    }
    return true;
  }

  private Results results() {
    return new Results(config, folder, progress, session.seconds());
  }
}
