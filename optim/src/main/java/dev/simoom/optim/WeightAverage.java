package dev.simoom.optim;

/**
 * An exponential moving average of the parameters, kept by an {@link Optimizer}: {@code average =
 * decay average + (1 - decay) parameter} after each update.
 *
 * @param decay in [0, 1)
 * @param debiased whether it starts at zero and is divided by {@code 1 - decay^steps} when looked
 *     at, as Adam does with its moments; otherwise it starts as the parameters
 */
public record WeightAverage(double decay, boolean debiased) {
  /** Checks the decay. */
  public WeightAverage {
    Checks.beta("decay", decay);
  }

  /** From zero, with bias correction. */
  public static WeightAverage debiased(double decay) {
    return new WeightAverage(decay, true);
  }

  /** From the first parameters, without bias correction. */
  public static WeightAverage plain(double decay) {
    return new WeightAverage(decay, false);
  }
}
