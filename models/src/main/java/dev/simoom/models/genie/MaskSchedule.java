package dev.simoom.models.genie;

/** How many codes of a frame are still masked after each step of its refinement. */
public enum MaskSchedule {
  /** {@code cos(pi u / 2)}, as in MaskGIT (arXiv 2202.04200): few at first, many at the end. */
  COSINE {
    @Override
    double share(int step, int steps) {
      return Math.cos(Math.PI / 2 * step / steps);
    }
  },
  /** {@code 1 - u}. */
  LINEAR {
    @Override
    double share(int step, int steps) {
      return (double) (steps - step) / steps;
    }
  };

  abstract double share(int step, int steps);

  /**
   * The number of masked codes after a step: it falls by one at least with every step as long as
   * there are any, and is 0 after the last.
   *
   * @param places codes of a frame
   * @param masked masked before the step
   * @param step counted from 1
   * @param steps in all
   */
  public int maskedAfter(int places, int masked, int step, int steps) {
    if (step >= steps || masked <= 1) {
      return step >= steps ? 0 : Math.max(0, masked - 1);
    }
    int wanted = (int) Math.floor(places * share(step, steps));
    return Math.clamp(wanted, 1, masked - 1);
  }
}
