package dev.simoom.models.report;

/**
 * One stage of a run and how long it took.
 *
 * @param name what was done, such as "Train the language model"
 * @param seconds wall-clock time
 */
public record Stage(String name, double seconds) {

  /**
   * Checks the time.
   *
   * @throws IllegalArgumentException if the time is negative or not finite
   */
  public Stage {
    if (!(seconds >= 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Stage '" + name + "': seconds must be finite and >= 0, got " + seconds);
    }
  }
}
