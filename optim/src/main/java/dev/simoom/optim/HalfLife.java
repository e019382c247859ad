package dev.simoom.optim;

/** Decays of moving averages that rise by their half-life. */
final class HalfLife {
  private HalfLife() {}

  /**
   * The decay at a step of a ramp, as {@link AdEMAMix#beta3At} describes it.
   *
   * @param step counted from 1
   * @param ramp its length in steps, or 0 for none
   */
  static double ramp(long step, long ramp, double start, double end) {
    if (step >= ramp || start == end) {
      return end;
    }
    double mu = (double) step / ramp;
    if (start == 0) {
      return step == 0 ? 0 : StrictMath.pow(end, 1 / mu);
    }
    double logStart = StrictMath.log(start);
    double logEnd = StrictMath.log(end);
    double beta = StrictMath.exp(logStart * logEnd / ((1 - mu) * logEnd + mu * logStart));
    return Math.min(beta, end);
  }

  /** Refuses a ramp that would go down. */
  static void checkRamp(String name, long ramp, String startName, double start, double end) {
    if (ramp > 0 && start > end) {
      throw new IllegalArgumentException(
          "the ramp of %s must go up: it starts at %s = %s, %s = %s"
              .formatted(name, startName, start, name, end));
    }
  }
}
