package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.nn.Losses;
import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.Schedule;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;

/**
 * Trains a {@link LanguageModel} to predict the next token, one {@link Program} run for each step.
 */
public final class LmTrainer implements AutoCloseable {
  private final LmTraining settings;
  private final Optimizer optimizer;
  private final TokenBatches batches;
  private final Program program;
  private final int[] windows;
  private final Shape windowShape;

  /** A trainer at step 0 of a model, which it changes. */
  public LmTrainer(LanguageModel model, LmTraining settings, TokenBatches batches) {
    this.settings = settings;
    this.batches = batches;
    this.windowShape = Shape.of(batches.batch(), batches.context() + 1L);
    this.windows = new int[Math.toIntExact(windowShape.elements())];
    double peak = settings.learningRate();
    Schedule rate =
        Schedule.warmup(
            settings.warmup(),
            Schedule.cosine(peak, 0.05 * peak, Math.max(1, settings.steps() - settings.warmup())));
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(rate)
            .withBetas(0.9, 0.99, settings.beta3())
            .withAlpha(settings.alpha())
            .withRamps(settings.steps())
            .withWeightDecay(settings.weightDecay());
    this.optimizer =
        Optimizer.of(
            rule,
            ParameterGroup.withDecayMask(model.parameters()),
            OptimizerOptions.none().withClipNorm(settings.clipNorm()));
    this.program =
        Program.of(
            ids -> {
              Tensor loss = loss(model, ids);
              optimizer.minimize(loss);
              return loss;
            });
  }

  /** The mean cross-entropy of windows I32 [batch, context + 1], in nats per token. */
  static Tensor loss(LanguageModel model, Tensor windows) {
    long context = windows.shape().extent(1) - 1;
    Tensor logits = model.logits(windows.slice(1, 0, context));
    return Losses.crossEntropy(logits, windows.slice(1, 1, context + 1));
  }

  /** Trains one step and gives the loss before it, in nats per token. */
  public float step() {
    batches.training(optimizer.stepCount(), windows);
    try (Scope _ = Scope.open()) {
      return program.run(Tensor.ofInts(windowShape, windows)).item();
    }
  }

  /** Steps done. */
  public long stepCount() {
    return optimizer.stepCount();
  }

  /** Whether all steps are done. */
  public boolean isDone() {
    return stepCount() >= settings.steps();
  }

  /** Tokens predicted in each step. */
  public long tokensPerStep() {
    return (long) batches.batch() * batches.context();
  }

  /** What the compiled step consists of. */
  public String explain() {
    return program.explain();
  }

  /** Adds moments and counters to a file. */
  public void save(SafetensorsWriter file) {
    optimizer.save(file, "optimizer.");
  }

  /**
   * Takes moments and counters from a file.
   *
   * @throws IOException if the file is not the state of such a trainer
   */
  public void load(SafetensorsFile file) throws IOException {
    optimizer.load(file, "optimizer.");
  }

  /** Frees the program and the optimizer's state, not the model. */
  @Override
  public void close() {
    program.close();
    optimizer.close();
  }
}
