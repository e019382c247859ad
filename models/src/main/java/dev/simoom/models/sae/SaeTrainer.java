package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.WeightAverage;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains an autoencoder, one traced program per step: forward, losses, gradients through the kept
 * latents, the decoder gradient without its part parallel to the decoder, clipping by the global
 * norm, the optimizer's update, and the decoder's rows scaled back to norm 1.
 *
 * <p>Latents that have not fired for long are dead and get a loss of their own (AuxK). A step whose
 * batch can leave none of them dead runs a program without that loss, and one with few runs a
 * program for few: the result is the same and costs less. The choice depends on the counters alone,
 * so a resumed run makes the same ones.
 */
public final class SaeTrainer implements AutoCloseable {
  private static final String ERROR_SCALE = "trainer.error_scale";
  private static final int FEWEST_REVIVED = 8;

  private final SparseAutoencoder sae;
  private final SaeTraining training;
  private final double errorScale;
  private final Variable silence;
  private final Variable l1Coefficient = Variable.zeros("trainer.l1", Shape.SCALAR, DType.F32);
  private final Optimizer optimizer;
  private final Map<Integer, Program> programs = new HashMap<>();
  private int endangered;

  /**
   * Figures of one step.
   *
   * @param step counted from 1
   * @param loss what was minimised
   * @param reconstruction mean squared error in units of the sample's variance
   * @param auxiliary loss of the dead latents, 0 where none is dead
   * @param l0 mean number of positive latents per row
   * @param dead how many latents are dead
   * @param gradientNorm norm of the gradient before clipping
   */
  public record Step(
      long step,
      double loss,
      double reconstruction,
      double auxiliary,
      double l0,
      int dead,
      double gradientNorm) {}

  private SaeTrainer(SparseAutoencoder sae, SaeTraining training, double errorScale) {
    this.sae = sae;
    this.training = training;
    this.errorScale = errorScale;
    silence =
        Variable.zeros("trainer.tokens_since_fired", Shape.of(sae.config().latents()), DType.I32);
    if (sae.config().sparsity() instanceof Sparsity.ReluL1(double coefficient)) {
      setL1Coefficient(coefficient);
    }
    optimizer = makeOptimizer();
  }

  /**
   * A trainer at its start.
   *
   * @param sample rows of activations [n, width] in original units, from which the pre-bias and the
   *     scale of the loss are taken; the paper takes 32,768
   */
  public static SaeTrainer start(SaeConfig config, SaeTraining training, Tensor sample) {
    if (sample.rank() != 2 || sample.shape().extent(0) < 2) {
      throw new IllegalArgumentException(
          "SaeTrainer: a sample [n, %d] of at least 2 rows is needed, got %s"
              .formatted(config.width(), sample.shape()));
    }
    check(config, training);
    SparseAutoencoder sae = new SparseAutoencoder(config);
    try (Scope _ = Scope.open()) {
      Tensor rows = sae.normalise(sample).rows();
      double scale = SaeInitialiser.errorScale(rows, config.width());
      SaeInitialiser.initialise(sae, rows, training.start());
      return new SaeTrainer(sae, training, scale);
    } catch (Throwable e) {
      sae.close();
      throw e;
    }
  }

  private static void check(SaeConfig config, SaeTraining training) {
    if (training.dead().kAux() > config.latents()) {
      throw new IllegalArgumentException(
          "SaeTrainer: kAux = %d of %d latents cannot be chosen"
              .formatted(training.dead().kAux(), config.latents()));
    }
  }

  private Optimizer makeOptimizer() {
    Variable decoder = sae.decoderWeight();
    Map<String, Variable> vectors = new LinkedHashMap<>();
    vectors.put(sae.encoderBias().name(), sae.encoderBias());
    vectors.put(sae.preBias().name(), sae.preBias());
    List<ParameterGroup> groups =
        List.of(
            ParameterGroup.of(sae.encoderWeight()),
            ParameterGroup.of(decoder)
                .withGradientTransform(g -> withoutParallelPart(g, decoder.value()))
                .withConstraint(SaeInitialiser::unitRows),
            ParameterGroup.of("biases", vectors));
    OptimizerOptions options =
        OptimizerOptions.none()
            .withClipNorm(training.clipNorm())
            .withAverage(WeightAverage.debiased(training.averageDecay()));
    return Optimizer.of(training.rule(), groups, options);
  }

  /** Rows of a gradient less their component along the rows, of norm 1, that they belong to. */
  static Tensor withoutParallelPart(Tensor gradient, Tensor rows) {
    return gradient.sub(rows.mul(gradient.mul(rows).sumKeep(-1)));
  }

  private List<Tensor> update(Tensor batch, int revived) {
    Tensor x = sae.normalise(batch).rows();
    Tensor before = silence.value();
    SaeLoss loss =
        switch (sae.config().sparsity()) {
          case Sparsity.TopK(int k) ->
              SaeLoss.topK(sae, training, errorScale, x, before, k, revived);
          case Sparsity.ReluL1 _ ->
              SaeLoss.reluL1(sae, training, errorScale, x, before, l1Coefficient.value());
        };
    optimizer.minimize(loss.total());
    silence.assign(loss.silence());
    return List.of(
        loss.total(),
        loss.reconstruction(),
        loss.auxiliary(),
        loss.active(),
        loss.dead(),
        loss.endangered());
  }

  /**
   * One step.
   *
   * @param batch rows [batch, width] in original units
   */
  public Step step(Tensor batch) {
    if (!batch.shape().equals(Shape.of(training.batch(), sae.config().width()))) {
      throw new IllegalArgumentException(
          "SaeTrainer: a batch [%d, %d] is needed, got %s"
              .formatted(training.batch(), sae.config().width(), batch.shape()));
    }
    int revived = revived();
    Program program =
        programs.computeIfAbsent(revived, n -> Program.ofMany(x -> update(x.getFirst(), n)));
    try (Scope _ = Scope.open()) {
      List<Tensor> figures = program.runAll(batch);
      endangered = figures.get(5).toIntArray()[0];
      return new Step(
          optimizer.stepCount(),
          figures.get(0).item(),
          figures.get(1).item(),
          figures.get(2).item(),
          figures.get(3).item(),
          figures.get(4).toIntArray()[0],
          optimizer.diagnostics().get("gradient_norm"));
    }
  }

  /** As many as can be dead after the next batch, in steps of four times, up to kAux. */
  private int revived() {
    if (!training.usesAux(sae.config()) || endangered == 0) {
      return 0;
    }
    long enough = FEWEST_REVIVED;
    while (enough < endangered) {
      enough *= 4;
    }
    return (int) Math.min(enough, training.dead().kAux());
  }

  /**
   * Changes the weight of the L1 penalty for the steps to come; at the start it is that of the
   * configuration.
   */
  public void setL1Coefficient(double coefficient) {
    Sparsity.ReluL1 checked = new Sparsity.ReluL1(coefficient);
    try (Scope _ = Scope.open()) {
      l1Coefficient.assign(Tensor.scalar(checked.coefficient()));
    }
  }

  // ---------------------------------------------------------------- asking

  /** The autoencoder being trained. */
  public SparseAutoencoder autoencoder() {
    return sae;
  }

  /** How it is trained. */
  public SaeTraining training() {
    return training;
  }

  /** The optimizer, for its diagnostics. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** Steps made. */
  public long stepCount() {
    return optimizer.stepCount();
  }

  /** Rows seen. */
  public long tokens() {
    return stepCount() * training.batch();
  }

  /**
   * Rows since each latent last fired, [latents]; a latent that fired in the last batch has one
   * batch.
   */
  public int[] tokensSinceFired() {
    return silence.segment().toArray(ValueLayout.JAVA_INT);
  }

  /** Share of the latents that are dead by the training's measure. */
  public double deadFraction() {
    int dead = 0;
    int[] tokens = tokensSinceFired();
    for (int since : tokens) {
      dead += since > training.dead().afterTokens() ? 1 : 0;
    }
    return (double) dead / tokens.length;
  }

  /**
   * An autoencoder with the averaged weights: the one to evaluate and to save. Averaging shortens
   * the decoder's rows; they are scaled to norm 1 and the encoder takes over their length, which
   * leaves the reconstruction from given latents as it is.
   */
  public SparseAutoencoder averaged() {
    SparseAutoencoder averaged = new SparseAutoencoder(sae.config());
    try (Scope _ = Scope.open()) {
      Map<String, Tensor> weights = optimizer.averages();
      Tensor decoder = weights.get(sae.decoderWeight().name());
      Tensor norm = decoder.square().sumKeep(-1).sqrt();
      averaged.decoderWeight().assign(SaeInitialiser.unitRows(decoder));
      averaged.encoderWeight().assign(weights.get(sae.encoderWeight().name()).mul(norm));
      averaged.encoderBias().assign(weights.get(sae.encoderBias().name()).mul(norm.squeeze(-1)));
      averaged.preBias().assign(weights.get(sae.preBias().name()));
    }
    return averaged;
  }

  // ---------------------------------------------------------------- saving

  /**
   * Adds everything that the next steps depend on to a file, which is to be written before the next
   * step: weights, moments, average, counters.
   *
   * @param prefix put before all names
   */
  public void save(SafetensorsWriter file, String prefix) {
    sae.save(file, prefix);
    optimizer.save(file, prefix + "optimizer.");
    for (Variable state : ownState()) {
      file.add(prefix + state.name(), state.dtype(), state.shape(), state.segment());
    }
    file.metadata(prefix + ERROR_SCALE, Double.toString(errorScale));
  }

  /**
   * A trainer as {@link #save} left it; with the same training settings it makes the same bits as
   * the one saved would have.
   *
   * @throws IOException if the file cannot be read or lacks something
   */
  public static SaeTrainer restore(SaeTraining training, SafetensorsFile file, String prefix)
      throws IOException {
    Header header = new Header(file, prefix);
    SparseAutoencoder sae = SparseAutoencoder.load(file, prefix);
    try {
      check(sae.config(), training);
      SaeTrainer trainer = new SaeTrainer(sae, training, header.number(ERROR_SCALE));
      for (Variable state : trainer.ownState()) {
        header.read(state);
      }
      trainer.optimizer.load(file, prefix + "optimizer.");
      for (int tokens : trainer.tokensSinceFired()) {
        trainer.endangered += tokens + training.batch() > training.dead().afterTokens() ? 1 : 0;
      }
      return trainer;
    } catch (Throwable e) {
      sae.close();
      throw e;
    }
  }

  private List<Variable> ownState() {
    return sae.config().sparsity() instanceof Sparsity.ReluL1
        ? List.of(silence, l1Coefficient)
        : List.of(silence);
  }

  /** Frees everything, the autoencoder being trained included. */
  @Override
  public void close() {
    programs.values().forEach(Program::close);
    optimizer.close();
    silence.close();
    l1Coefficient.close();
    sae.close();
  }
}
