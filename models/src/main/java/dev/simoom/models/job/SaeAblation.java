package dev.simoom.models.job;

import dev.simoom.models.lm.HeldOut;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.models.run.RunException;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.ShuffleBuffer;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The experiment behind two choices: trains autoencoders on the language model of a finished run
 * with auxiliary loss and tied start, without both, and with ReLU and an L1 penalty instead of
 * TopK, and compares them on held-out text.
 *
 * <p>The three of a seed are trained side by side on the same batches, so that the model computes
 * the activations once for all.
 */
public final class SaeAblation {
  /** What is compared, in the order of the table. */
  private static final List<String> VARIANTS =
      List.of("TopK, AuxK, tied", "TopK, no AuxK, untied", "ReLU + L1");

  private final SaeJobConfig config;
  private final Progress progress;
  private final LanguageModel model;
  private final TextData text;
  private final long steps;

  /**
   * One trained autoencoder.
   *
   * @param variant what it is
   * @param seed its seed
   * @param fvu fraction of variance unexplained on held-out text
   * @param l0 mean number of active latents
   * @param neverFired share of latents that never fire there, with the averaged weights
   * @param deadInTraining share of latents that are dead at the end of training, by its own count
   */
  public record Outcome(
      String variant, long seed, double fvu, double l0, double neverFired, double deadInTraining) {}

  /**
   * All of them.
   *
   * @param steps training steps of each
   * @param outcomes variant by variant
   */
  public record Table(long steps, List<Outcome> outcomes) {}

  private SaeAblation(
      SaeJobConfig config, Progress progress, LanguageModel model, TextData text, long steps) {
    this.config = config;
    this.progress = progress;
    this.model = model;
    this.text = text;
    this.steps = steps;
  }

  /**
   * Runs the experiment and writes its table to {@code ablation.json} in the run's folder.
   *
   * @param folder a finished run on text
   * @param steps training steps of each autoencoder
   * @param first the first seed
   * @param seeds how many of each kind, with the first seed and the numbers after it
   * @throws RunException if the folder holds no such run, or the text is not what it began with
   * @throws IOException if a file of the run or the text cannot be read, or the folder not written
   */
  public static Table run(
      Path folder, long steps, long first, int seeds, Progress progress, int threads)
      throws IOException {
    SaeJobConfig config = SaeJob.configOnText(folder);
    SaeJob.requireTrained(folder);
    progress.stage("text");
    TextData text = TextData.gather(config, folder, threads);
    progress.done(text.corpus().description());
    try (LanguageModel model = SubjectModel.load(config, folder, text.tokenizer())) {
      SaeAblation ablation = new SaeAblation(config, progress, model, text, steps);
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        progress.stage("autoencoders, %d of %d".formatted(i + 1, seeds));
        outcomes.addAll(ablation.compare(first + i));
      }
      outcomes.sort(Comparator.comparingInt(o -> VARIANTS.indexOf(o.variant())));
      Table table = new Table(steps, outcomes);
      RunDirectory.writeJson(folder.resolve("ablation.json"), table);
      return table;
    }
  }

  private List<Outcome> compare(long seed) throws IOException {
    List<Contender> contenders = new ArrayList<>();
    try (ActivationSource source = new LmActivations(model, config.layer(), text.harvest(config));
        ShuffleBuffer buffer = new ShuffleBuffer(source, config.sae().buffer(), seed)) {
      start(contenders, AutoencoderSetup.sample(source), seed);
      train(contenders, buffer);
      List<Outcome> outcomes = measure(contenders, seed);
      progress.done(
          "FVU " + String.join(", ", outcomes.stream().map(o -> number("%.4f", o.fvu())).toList()));
      return outcomes;
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private void start(List<Contender> contenders, Tensor sample, long seed) {
    int width = config.width();
    SaeConfig shape = AutoencoderSetup.topK(config, width);
    SaeTraining full = AutoencoderSetup.withAllRemedies(config, width, steps).withSeed(seed);
    SaeTraining bare = full.withoutAux().untied();
    int k = config.sae().k();
    contenders.add(Contender.topK(VARIANTS.get(0), shape, full, steps, sample));
    contenders.add(Contender.topK(VARIANTS.get(1), shape, bare, steps, sample));
    contenders.add(Contender.reluL1(VARIANTS.get(2), shape, full, steps, sample, k));
  }

  private void train(List<Contender> contenders, ShuffleBuffer buffer) throws IOException {
    progress.measure(0);
    for (long step = 1; step <= steps; step++) {
      List<String> errors = new ArrayList<>();
      try (Scope _ = Scope.open()) {
        Tensor batch = buffer.next(config.sae().batch());
        for (Contender contender : contenders) {
          errors.add(number("%.3f", contender.step(batch)));
        }
      }
      progress.update(step, steps, "error " + String.join(", ", errors));
    }
  }

  /** Measures all on held-out text, in one pass of the model over it. */
  private List<Outcome> measure(List<Contender> contenders, long seed) {
    List<SparseAutoencoder> averaged = new ArrayList<>();
    try (Program program = Program.ofMany(in -> trace(averaged, in.get(0), in.get(1)))) {
      contenders.forEach(contender -> averaged.add(contender.trainer().averaged()));
      List<SaeMetrics> metrics = averaged.stream().map(SaeMetrics::new).toList();
      HeldOut.forEach(
          text.evaluation(config),
          0,
          config.evaluationBatches(),
          program,
          (batch, results) -> {
            int each = results.size() / metrics.size();
            for (int i = 0; i < metrics.size(); i++) {
              List<Tensor> own = results.subList(i * each, (i + 1) * each);
              metrics.get(i).add(own, batch.rows() * config.context());
            }
          });
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < contenders.size(); i++) {
        outcomes.add(outcome(contenders.get(i), metrics.get(i).result(), seed));
      }
      return outcomes;
    } finally {
      averaged.forEach(SparseAutoencoder::close);
    }
  }

  private List<Tensor> trace(List<SparseAutoencoder> averaged, Tensor windows, Tensor counted) {
    Tensor rows = LmActivations.residual(model, config.layer(), windows);
    return averaged.stream()
        .flatMap(sae -> SaeMetrics.measure(sae, rows, counted).stream())
        .toList();
  }

  private static Outcome outcome(Contender contender, SaeMetrics.Result result, long seed) {
    return new Outcome(
        contender.variant(),
        seed,
        result.fvu(),
        result.l0(),
        result.neverFired(),
        contender.trainer().deadFraction());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
