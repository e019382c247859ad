package dev.simoom.models.genie;

import dev.simoom.optim.AdEMAMix;
import dev.simoom.optim.Optimizer;
import dev.simoom.optim.OptimizerOptions;
import dev.simoom.optim.ParameterGroup;
import dev.simoom.optim.Schedule;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.util.Map;

/**
 * What a trainer has to save: an optimizer with AdEMAMix and a warm-up before a cosine, and random
 * numbers.
 *
 * @param optimizer moves the parameters
 * @param random what else is drawn in training
 */
record TrainerState(Optimizer optimizer, RandomStream random) implements AutoCloseable {
  private static final String DRAWN = "random";

  /**
   * A state at step 0.
   *
   * @param rate peak of the schedule
   */
  static TrainerState of(
      Map<String, Variable> parameters,
      long steps,
      long warmup,
      double rate,
      double weightDecay,
      double clipNorm,
      long seed) {
    long rest = Math.max(1, steps - warmup);
    AdEMAMix rule =
        AdEMAMix.defaults()
            .withLearningRate(Schedule.warmup(warmup, Schedule.cosine(rate, 0.05 * rate, rest)))
            .withBetas(0.9, 0.99, 0.999)
            .withAlpha(2)
            .withRamps(steps)
            .withWeightDecay(weightDecay);
    Optimizer optimizer =
        Optimizer.of(
            rule,
            ParameterGroup.withDecayMask(parameters),
            OptimizerOptions.none().withClipNorm(clipNorm));
    return new TrainerState(optimizer, new RandomStream(seed));
  }

  void save(SafetensorsWriter file) {
    optimizer.save(file, "optimizer.");
    file.metadata(DRAWN, Long.toString(random.counter()));
  }

  void load(SafetensorsFile file) throws IOException {
    optimizer.load(file, "optimizer.");
    try {
      random.restore(Long.parseLong(file.metadata().getOrDefault(DRAWN, "")));
    } catch (NumberFormatException e) {
      throw new IOException(file.path() + " says not how many random numbers were drawn", e);
    }
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
