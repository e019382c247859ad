package dev.simoom.models.sae;

import dev.simoom.optim.AdamW;
import dev.simoom.optim.UpdateRule;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What tied initialisation and AuxK are worth, on activations whose true features are known: trains
 * the four combinations with five seeds and prints normalised error, share of latents that never
 * fire, and share of true features found, each with its spread over the seeds.
 *
 * <p>It gives (mean and standard deviation over the seeds)
 *
 * <pre>
 * run               normalised MSE     never firing       features found
 * tied    AuxK      0.132 +- 0.004     0.304 +- 0.032     0.973 +- 0.022
 * tied    no AuxK   0.135 +- 0.004     0.361 +- 0.039     0.946 +- 0.014
 * untied  AuxK      0.133 +- 0.003     0.428 +- 0.036     0.973 +- 0.017
 * untied  no AuxK   0.152 +- 0.005     0.469 +- 0.044     0.796 +- 0.038
 * </pre>
 *
 * <p>Either remedy alone repairs most of the damage; half of the latents may idle rightly, since
 * there are twice as many as features.
 *
 * <p>Run it with the class path of the models module; it takes a few minutes:
 *
 * <pre>java --add-modules jdk.incubator.vector dev.simoom.models.sae.ToyExperiment</pre>
 */
public final class ToyExperiment {
  private static final int LATENTS = 192;
  private static final int K = 4;
  private static final int K_AUX = 16;
  private static final int BATCH = 256;
  private static final int STEPS = 4000;
  private static final double RATE = 3e-3;
  private static final int STEPS_UNTIL_DEAD = 100;
  private static final int SEEDS = 5;
  private static final int SAMPLE_ROWS = 4096;
  private static final int HELD_OUT_ROWS = 16_384;

  private ToyExperiment() {}

  /**
   * Result of one run.
   *
   * @param normalisedMse errors on fresh rows in units of their variance
   * @param neverFired share of latents that are silent on them
   * @param found share of true features with a cosine above 0.9 to some decoder row
   * @param l0 mean number of active latents
   */
  record Outcome(double normalisedMse, double neverFired, double found, double l0) {}

  /** Settings of the experiment for a number of steps. */
  static SaeTraining training(int steps, boolean tied, boolean aux, long seed) {
    UpdateRule adam = AdamW.defaults().withWeightDecay(0).withLearningRate(RATE);
    SaeConfig config = config();
    SaeTraining all =
        SaeTraining.defaults(config, BATCH, steps)
            .withRule(adam)
            .withDeadAfterTokens(STEPS_UNTIL_DEAD * BATCH)
            .withAux(aux ? K_AUX : 0, 1.0 / 32)
            .withSeed(seed);
    return tied ? all : all.untied();
  }

  static SaeConfig config() {
    return SaeConfig.topK(ToyFeatures.WIDTH, LATENTS, K).withNormalisation(Normalisation.NONE);
  }

  /** Trains with some settings and measures on rows that were not trained on. */
  static Outcome run(SaeTraining training, int steps) {
    return run(config(), training, steps);
  }

  /** The same for another autoencoder of the toy's width. */
  static Outcome run(SaeConfig config, SaeTraining training, int steps) {
    try (SparseAutoencoder sae = trained(config, training, steps)) {
      return measure(sae, training.start().seed());
    }
  }

  /** An autoencoder of the toy's width after some steps. */
  static SparseAutoencoder trained(SaeConfig config, SaeTraining training, int steps) {
    ToyFeatures toy = new ToyFeatures(training.start().seed(), BATCH);
    Tensor sample = new ToyFeatures(training.start().seed(), SAMPLE_ROWS).block(-1);
    try (SaeTrainer trainer = SaeTrainer.start(config, training, sample)) {
      for (int step = 0; step < steps; step++) {
        try (Scope _ = Scope.open()) {
          trainer.step(toy.block(step));
        }
      }
      return trainer.averaged();
    }
  }

  /** Measures on rows that were not trained on. */
  static Outcome measure(SparseAutoencoder sae, long seed) {
    SaeMetrics metrics = new SaeMetrics(sae);
    metrics.add(new ToyFeatures(seed, HELD_OUT_ROWS).block(-2));
    SaeMetrics.Result result = metrics.result();
    double found = new ToyFeatures(seed, BATCH).found(sae, 0.9);
    return new Outcome(result.fvu(), result.neverFired(), found, result.l0());
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    print(System.out, STEPS);
  }

  private static void print(PrintStream out, int steps) {
    out.println("run                  normalised MSE     never firing    features found");
    for (boolean tied : new boolean[] {true, false}) {
      for (boolean aux : new boolean[] {true, false}) {
        List<Outcome> outcomes =
            LongStream.range(0, SEEDS)
                .mapToObj(seed -> run(training(steps, tied, aux, seed), steps))
                .toList();
        out.printf(
            "%-8s %-9s  %s  %s  %s%n",
            tied ? "tied" : "untied",
            aux ? "AuxK" : "no AuxK",
            spread(outcomes.stream().mapToDouble(Outcome::normalisedMse).toArray()),
            spread(outcomes.stream().mapToDouble(Outcome::neverFired).toArray()),
            spread(outcomes.stream().mapToDouble(Outcome::found).toArray()));
      }
    }
  }

  private static String spread(double[] values) {
    double mean = 0;
    for (double v : values) {
      mean += v / values.length;
    }
    double squares = 0;
    for (double v : values) {
      squares += (v - mean) * (v - mean) / Math.max(1, values.length - 1);
    }
    return "%6.3f +- %.3f".formatted(mean, Math.sqrt(squares));
  }
}
