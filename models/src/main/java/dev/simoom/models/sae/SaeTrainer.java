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
import java.util.ArrayList;
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

  /** Weight of a new batch in the running mean of the least value kept, as in SAELens. */
  private static final double THRESHOLD_RATE = 0.01;

  private final SparseAutoencoder sae;
  private final SaeTraining training;
  private final double errorScale;
  private final Variable silence;
  private final Variable penalty;
  private final Variable threshold = Variable.zeros("trainer.threshold", Shape.SCALAR, DType.F32);
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
    Sparsity sparsity = sae.config().sparsity();
    String name = sparsity instanceof Sparsity.ReluL1 ? "trainer.l1" : "trainer.penalty";
    penalty = Variable.zeros(name, Shape.SCALAR, DType.F32);
    if (sparsity.isPenalised()) {
      setPenalty(sparsity.penalty());
    }
    optimizer = makeOptimizer();
  }

  /**
   * A trainer at its start.
   *
   * @param sample rows of activations [n, width] in original units, from which the pre-bias and the
   *     scale of the loss are taken; the paper takes 32,768
   * @throws IllegalArgumentException if the sample is not of this width or has fewer than 2 rows,
   *     or the settings do not go together
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
    if (sae.config().sparsity() instanceof Sparsity.Gated) {
      vectors.put(sae.magnitudeBias().name(), sae.magnitudeBias());
      vectors.put(sae.logScale().name(), sae.logScale());
    }
    List<ParameterGroup> groups = new ArrayList<>();
    groups.add(ParameterGroup.of(sae.encoderWeight()));
    groups.add(
        ParameterGroup.of(decoder)
            .withGradientTransform(g -> withoutParallelPart(g, decoder.value()))
            .withConstraint(SaeInitialiser::unitRows));
    groups.add(ParameterGroup.of("biases", vectors));
    if (sae.config().sparsity() instanceof Sparsity.JumpRelu) {
      groups.add(
          ParameterGroup.of(sae.threshold()).withConstraint(t -> t.maximum(Tensor.scalar(0))));
    }
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

  private List<Tensor> update(List<Tensor> inputs, int revived) {
    Tensor x = sae.normalise(inputs.getFirst()).rows();
    SaeLoss loss = loss(x, inputs.getLast(), revived);
    optimizer.minimize(loss.total());
    silence.assign(loss.silence());
    if (sae.config().sparsity().selectsOverBatch()) {
      threshold.assign(followed(threshold.value(), loss.least()));
    }
    return List.of(
        loss.total(),
        loss.reconstruction(),
        loss.auxiliary(),
        loss.active(),
        loss.dead(),
        loss.endangered());
  }

  /** The share of the penalty's weight counts where there is a penalty. */
  private SaeLoss loss(Tensor x, Tensor share, int revived) {
    SaeBatch batch = new SaeBatch(sae, training, errorScale, x, silence.value());
    return switch (sae.config().sparsity()) {
      case Sparsity.TopK topK -> batch.topK(topK, revived);
      case Sparsity.BatchTopK(int k) ->
          batch.batchTopK(k, List.of(sae.config().latents()), revived);
      case Sparsity.Matryoshka(int k, List<Integer> prefixes) ->
          batch.batchTopK(k, prefixes, revived);
      case Sparsity.ReluL1 _ -> batch.reluL1(penalty.value().mul(share));
      case Sparsity.JumpRelu(_, double bandwidth) ->
          batch.jumpRelu(penalty.value().mul(share), bandwidth);
      case Sparsity.Gated _ -> batch.gated(penalty.value().mul(share));
    };
  }

  /** The running mean after a batch: its first value at the start, unmoved where there is none. */
  private static Tensor followed(Tensor mean, Tensor least) {
    Tensor moved = mean.add(least.sub(mean).mul(THRESHOLD_RATE));
    Tensor next = Tensor.where(mean.gt(0), moved, least);
    return Tensor.where(least.lt(Double.POSITIVE_INFINITY), next, mean);
  }

  /**
   * One step.
   *
   * @param batch rows [batch, width] in original units
   * @throws IllegalArgumentException if the batch has another shape
   */
  public Step step(Tensor batch) {
    if (!batch.shape().equals(Shape.of(training.batch(), sae.config().width()))) {
      throw new IllegalArgumentException(
          "SaeTrainer: a batch [%d, %d] is needed, got %s"
              .formatted(training.batch(), sae.config().width(), batch.shape()));
    }
    int revived = revived();
    Program program =
        programs.computeIfAbsent(revived, n -> Program.ofMany(inputs -> update(inputs, n)));
    try (Scope _ = Scope.open()) {
      List<Tensor> figures =
          sae.config().sparsity().isPenalised()
              ? program.runAll(batch, Tensor.scalar(training.penaltyShare(stepCount())))
              : program.runAll(batch);
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
   * Changes the weight of the penalty for the steps to come; at the start it is that of the
   * configuration.
   *
   * @throws IllegalArgumentException if the autoencoder has no penalty
   */
  public void setPenalty(double coefficient) {
    Sparsity checked = sae.config().sparsity().withPenalty(coefficient);
    try (Scope _ = Scope.open()) {
      penalty.assign(Tensor.scalar(checked.penalty()));
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
   * Where batches are {@linkplain Sparsity#selectsOverBatch() selected from as a whole}, the
   * running mean of the least positive value that a batch kept, 0 before the first one.
   */
  public double threshold() {
    return threshold.segment().get(ValueLayout.JAVA_FLOAT, 0);
  }

  /**
   * An autoencoder with the averaged weights: the one to evaluate and to save. Averaging shortens
   * the decoder's rows; they are scaled to norm 1 and the encoder takes over their length, which
   * leaves the reconstruction from given latents as it is. What was trained with {@link
   * Sparsity.BatchTopK} or {@link Sparsity.Matryoshka} becomes a {@link Sparsity.JumpRelu} with
   * {@link #threshold()} for all latents, whose code of a row does not depend on other rows.
   */
  public SparseAutoencoder averaged() {
    boolean overBatch = sae.config().sparsity().selectsOverBatch();
    SparseAutoencoder averaged =
        new SparseAutoencoder(
            overBatch ? sae.config().withSparsity(new Sparsity.JumpRelu(0)) : sae.config());
    try (Scope _ = Scope.open()) {
      Map<String, Tensor> weights = optimizer.averages();
      Tensor decoder = weights.get(sae.decoderWeight().name());
      Tensor norm = decoder.square().sumKeep(-1).sqrt();
      averaged.decoderWeight().assign(SaeInitialiser.unitRows(decoder));
      averaged.encoderWeight().assign(weights.get(sae.encoderWeight().name()).mul(norm));
      averaged.encoderBias().assign(weights.get(sae.encoderBias().name()).mul(norm.squeeze(-1)));
      averaged.preBias().assign(weights.get(sae.preBias().name()));
      if (averaged.config().sparsity() instanceof Sparsity.JumpRelu) {
        Tensor level = overBatch ? threshold.value() : weights.get(sae.threshold().name());
        averaged.threshold().assign(norm.squeeze(-1).mul(level));
      }
      if (averaged.config().sparsity() instanceof Sparsity.Gated) {
        Tensor bias = weights.get(sae.magnitudeBias().name());
        averaged.magnitudeBias().assign(bias.mul(norm.squeeze(-1)));
        averaged.logScale().assign(weights.get(sae.logScale().name()));
      }
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
    return switch (sae.config().sparsity()) {
      case Sparsity.TopK _ -> List.of(silence);
      case Sparsity.BatchTopK _, Sparsity.Matryoshka _ -> List.of(silence, threshold);
      case Sparsity.ReluL1 _, Sparsity.JumpRelu _, Sparsity.Gated _ -> List.of(silence, penalty);
    };
  }

  /** Frees everything, the autoencoder being trained included. */
  @Override
  public void close() {
    programs.values().forEach(Program::close);
    optimizer.close();
    silence.close();
    penalty.close();
    threshold.close();
    sae.close();
  }
}
