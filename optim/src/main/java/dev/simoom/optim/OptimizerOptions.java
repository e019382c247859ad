package dev.simoom.optim;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an optimizer does beside its rule.
 *
 * @param clipNorm the largest L2 norm that the gradient of all groups together may have; a longer
 *     one is scaled down to it
 * @param average the average of the weights to keep
 * @param measureNorms whether to measure the norms of gradient and update, for {@link
 *     Optimizer#diagnostics}
 */
public record OptimizerOptions(
    OptionalDouble clipNorm, Optional<WeightAverage> average, boolean measureNorms) {
  /** Checks the settings. */
  public OptimizerOptions {
    clipNorm.ifPresent(c -> Checks.positive("clipNorm", c));
  }

  /** No clipping, no average, nothing measured. */
  public static OptimizerOptions none() {
    return new OptimizerOptions(OptionalDouble.empty(), Optional.empty(), false);
  }

  /** With clipping by the global norm. */
  public OptimizerOptions withClipNorm(double norm) {
    return new OptimizerOptions(OptionalDouble.of(norm), average, measureNorms);
  }

  /** With an average of the weights. */
  public OptimizerOptions withAverage(WeightAverage kept) {
    return new OptimizerOptions(clipNorm, Optional.of(kept), measureNorms);
  }

  /** With the norms of gradient and update measured. */
  public OptimizerOptions withNorms() {
    return new OptimizerOptions(clipNorm, average, true);
  }
}
