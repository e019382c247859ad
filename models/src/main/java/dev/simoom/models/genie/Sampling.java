package dev.simoom.models.genie;

/**
 * How the codes of a frame are drawn.
 *
 * @param steps refinements of a frame, 1 or more; the paper takes 25
 * @param temperature of the codes' distribution and of the noise on the order in which they are
 *     accepted; 0 takes the most likely ones
 * @param schedule how many codes are accepted in each step
 * @param order which are
 */
public record Sampling(int steps, double temperature, MaskSchedule schedule, Order order) {
  /** Which of the codes drawn in a step are accepted. */
  public enum Order {
    /** The most likely ones, with noise that fades from step to step. */
    CONFIDENCE,
    /** Any; the most likely ones tend to be those of the frame before (1xgpt). */
    RANDOM
  }

  /**
   * A way to sample.
   *
   * @throws IllegalArgumentException if there are no steps or the temperature is negative
   */
  public Sampling {
    if (steps < 1 || !(temperature >= 0)) {
      throw new IllegalArgumentException(
          "sampling in %d steps at temperature %s".formatted(steps, temperature));
    }
  }
}
