package dev.simoom.models.job;

import dev.simoom.models.lm.HeldOut;
import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunException;
import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SaeMetrics;
import dev.simoom.models.sae.SaeTrainer;
import dev.simoom.models.sae.SaeTraining;
import dev.simoom.models.sae.ShuffleBuffer;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.Sparsity;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The experiment behind two choices: trains autoencoders on the language model of a finished run as
 * they are, without auxiliary loss and tied start, and with ReLU and an L1 penalty instead of TopK,
 * over several seeds, and compares them on held-out text.
 *
 * <p>The L1 coefficient is first searched by bisection, so that its L0 is that of TopK.
 */
public final class SaeAblation {
  private static final int SEARCH_RUNS = 6;
  private static final double LEAST_COEFFICIENT = 0.01;
  private static final double MOST_COEFFICIENT = 3;

  private final SaeJobConfig config;
  private final Progress progress;
  private final Transformer model;
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
   * @param dead share of latents that are dead at the end of training, by its own count
   */
  public record Outcome(
      String variant, long seed, double fvu, double l0, double neverFired, double dead) {}

  private SaeAblation(
      SaeJobConfig config, Progress progress, Transformer model, TextData text, long steps) {
    this.config = config;
    this.progress = progress;
    this.model = model;
    this.text = text;
    this.steps = steps;
  }

  /**
   * Runs the experiment.
   *
   * @param folder a finished run on text
   * @param steps training steps of each autoencoder
   * @param seeds how many of each kind
   */
  public static List<Outcome> run(
      Path folder, long steps, int seeds, Progress progress, int threads) throws IOException {
    SaeJobConfig config = SaeJob.config(folder);
    if (config.readsActivations()) {
      throw new RunException(
          folder + " is a run on activations from a file; one on text is needed");
    }
    TextData text = TextData.gather(config, folder, threads);
    try (Transformer model = SaeJob.model(config, text)) {
      Checkpoint.load(folder.resolve("lm.safetensors"), model.parameters());
      return new SaeAblation(config, progress, model, text, steps).compare(seeds);
    }
  }

  private List<Outcome> compare(int seeds) throws IOException {
    SaeConfig topK = AutoencoderSetup.shape(config, config.width());
    SaeTraining training = training(steps);
    List<Outcome> outcomes = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      outcomes.add(train("TopK, AuxK, tied", topK, training.withSeed(seed), steps));
      outcomes.add(
          train(
              "TopK, no AuxK, untied", topK, training.withoutAux().untied().withSeed(seed), steps));
    }
    double coefficient = coefficientFor(config.sae().k(), topK);
    SaeConfig relu = topK.withSparsity(new Sparsity.ReluL1(coefficient));
    for (long seed = 1; seed <= seeds; seed++) {
      outcomes.add(train("ReLU + L1", relu, training.withSeed(seed), steps));
    }
    return outcomes;
  }

  private SaeTraining training(long planned) {
    return AutoencoderSetup.training(config, config.width(), planned);
  }

  /**
   * The L1 coefficient that leaves about as many latents active after half of the steps; more
   * penalty, fewer latents.
   */
  private double coefficientFor(double l0, SaeConfig topK) throws IOException {
    long half = Math.max(1, steps / 2);
    double low = LEAST_COEFFICIENT;
    double high = MOST_COEFFICIENT;
    for (int i = 0; i < SEARCH_RUNS; i++) {
      double middle = Math.sqrt(low * high);
      SaeConfig relu = topK.withSparsity(new Sparsity.ReluL1(middle));
      String name = String.format(Locale.ROOT, "search: L1 coefficient %.2g", middle);
      if (train(name, relu, training(half), half).l0() > l0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.sqrt(low * high);
  }

  private Outcome train(String variant, SaeConfig shape, SaeTraining training, long planned)
      throws IOException {
    progress.stage(variant);
    try (ActivationSource source = new LmActivations(model, config.layer(), text.harvest(config));
        ShuffleBuffer buffer = new ShuffleBuffer(source, config.sae().buffer(), training.start().seed());
        SaeTrainer trainer = SaeTrainer.start(shape, training, AutoencoderSetup.sample(source))) {
      progress.measure(0);
      while (trainer.stepCount() < planned) {
        try (Scope _ = Scope.open()) {
          SaeTrainer.Step step = trainer.step(buffer.next(training.batch()));
          progress.update(
              step.step(),
              planned,
              String.format(Locale.ROOT, "error %.3f", step.reconstruction()));
        }
      }
      try (SparseAutoencoder sae = trainer.averaged()) {
        SaeMetrics metrics = new SaeMetrics(sae);
        try (Program program = Program.ofMany(in -> measure(sae, in.get(0), in.get(1)))) {
          HeldOut.forEach(
              text.evaluation(config),
              0,
              config.evaluationBatches(),
              program,
              (batch, measured) -> metrics.add(measured, batch.rows() * config.context()));
        }
        SaeMetrics.Result result = metrics.result();
        progress.done(
            String.format(
                Locale.ROOT,
                "seed %d  FVU %.4f  L0 %.1f  never fired %.1f %%  dead in training %.1f %%",
                training.start().seed(),
                result.fvu(),
                result.l0(),
                100 * result.neverFired(),
                100 * trainer.deadFraction()));
        return new Outcome(
            variant,
            training.start().seed(),
            result.fvu(),
            result.l0(),
            result.neverFired(),
            trainer.deadFraction());
      }
    }
  }

  private List<Tensor> measure(SparseAutoencoder sae, Tensor windows, Tensor counted) {
    return SaeMetrics.measure(sae, LmActivations.residual(model, config.layer(), windows), counted);
  }
}
