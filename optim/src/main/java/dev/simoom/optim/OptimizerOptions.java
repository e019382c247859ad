package dev.simoom.optim;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an optimizer does beside its rule.
 *
 * @param clipValue the largest absolute value that an element of the gradient may have; what is
 *     beyond is set to it, before the norm is taken
 * @param clipNorm the largest L2 norm that the gradient of all groups together may have; a longer
 *     one is scaled down to it
 * @param average the average of the weights to keep
 * @param accumulates whether memory is kept to {@link Optimizer#accumulate} gradients, 4 bytes for
 *     each parameter
 * @param measureNorms whether to measure the norms of gradient and update, for {@link
 *     Optimizer#diagnostics}
 * @param state how the rule's moments are kept
 */
public record OptimizerOptions(
    OptionalDouble clipValue,
    OptionalDouble clipNorm,
    Optional<WeightAverage> average,
    boolean accumulates,
    boolean measureNorms,
    StateFormat state) {
  /** Checks the settings. */
  public OptimizerOptions {
    clipValue.ifPresent(c -> Checks.positive("clipValue", c));
    clipNorm.ifPresent(c -> Checks.positive("clipNorm", c));
  }

  /** No clipping, no average, no accumulation, nothing measured, moments in F32. */
  public static OptimizerOptions none() {
    return new OptimizerOptions(
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        false,
        false,
        StateFormat.f32());
  }

  /** With clipping of each element of the gradient to {@code [-value, value]}. */
  public OptimizerOptions withClipValue(double value) {
    return new OptimizerOptions(
        OptionalDouble.of(value), clipNorm, average, accumulates, measureNorms, state);
  }

  /** With clipping by the global norm. */
  public OptimizerOptions withClipNorm(double norm) {
    return new OptimizerOptions(
        clipValue, OptionalDouble.of(norm), average, accumulates, measureNorms, state);
  }

  /** With an average of the weights. */
  public OptimizerOptions withAverage(WeightAverage kept) {
    return new OptimizerOptions(
        clipValue, clipNorm, Optional.of(kept), accumulates, measureNorms, state);
  }

  /** With memory to accumulate gradients over micro-batches. */
  public OptimizerOptions withAccumulation() {
    return new OptimizerOptions(clipValue, clipNorm, average, true, measureNorms, state);
  }

  /** With the norms of gradient and update measured. */
  public OptimizerOptions withNorms() {
    return new OptimizerOptions(clipValue, clipNorm, average, accumulates, true, state);
  }

  /** With moments in another format. */
  public OptimizerOptions withState(StateFormat format) {
    return new OptimizerOptions(clipValue, clipNorm, average, accumulates, measureNorms, format);
  }
}
