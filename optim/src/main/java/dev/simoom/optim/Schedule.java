package dev.simoom.optim;

/**
 * A learning rate as a function of the step, worked out in double.
 *
 * <p>Optimizers count from 1: the first update is made at {@code at(1)}.
 */
@FunctionalInterface
public interface Schedule {
  /** The rate at a step, 0 or more. */
  double at(long step);

  /** The same rate at every step. */
  static Schedule constant(double rate) {
    return new Constant(rate);
  }

  /** In a straight line from one rate at step 0 to another at {@code steps}, which then stays. */
  static Schedule linear(double from, double to, long steps) {
    return new Linear(from, to, steps);
  }

  /**
   * Along half a cosine from {@code peak} at step 0 to {@code floor} at {@code steps}, which then
   * stays (Loshchilov and Hutter, arXiv 1608.03983, without restarts).
   */
  static Schedule cosine(double peak, double floor, long steps) {
    return new Cosine(peak, floor, steps);
  }

  /**
   * Warm-up, stable, decay: in a straight line from 0 at step 0 to {@code peak} at {@code warmup},
   * where it stays for {@code stable} steps, then down to {@code floor} within {@code decay} steps,
   * which then stays (Hu et al., arXiv 2404.06395). Unlike with a cosine, a run can go on from
   * before the decay for longer than was planned.
   */
  static Schedule warmupStableDecay(
      double peak, double floor, long warmup, long stable, long decay, Decay shape) {
    return warmup(warmup, new StableDecay(peak, floor, stable, decay, shape));
  }

  /**
   * In a straight line from 0 at step 0 to {@code peak} at {@code warmup}, then {@code peak
   * sqrt(warmup / step)} (Vaswani et al., arXiv 1706.03762, section 5.3). Without a warm-up it
   * falls from step 1.
   */
  static Schedule inverseSqrt(double peak, long warmup) {
    return new InverseSqrt(peak, warmup);
  }

  /**
   * In a straight line from 0 at step 0 to the first rate of {@code then} at {@code steps}, from
   * where that schedule starts; its own steps so come on top of the warm-up's.
   */
  static Schedule warmup(long steps, Schedule then) {
    return new Warmup(steps, then);
  }

  /** This schedule with every rate multiplied. */
  default Schedule times(double factor) {
    return factor == 1 ? this : new Scaled(this, factor);
  }

  /** How a rate goes down. */
  enum Decay {
    /** In a straight line. */
    LINEAR,
    /** By {@code 1 - sqrt(share)}, fast at first (Haegele et al., arXiv 2405.18392). */
    ONE_MINUS_SQRT;

    /** How much is left, from 1 to 0, after a share of the way. */
    double left(double share) {
      return switch (this) {
        case LINEAR -> 1 - share;
        case ONE_MINUS_SQRT -> 1 - Math.sqrt(share);
      };
    }
  }

  /** The same rate at every step; see {@link #constant}. */
  record Constant(double rate) implements Schedule {
    /** Checks the rate. */
    public Constant {
      Checks.notNegative("rate", rate);
    }

    @Override
    public double at(long step) {
      return rate;
    }
  }

  /**
   * A straight way from one rate to another; see {@link #linear}.
   *
   * @param from the rate at the start
   * @param to the rate from {@code steps} on
   * @param steps how long the way takes
   */
  record Linear(double from, double to, long steps) implements Schedule {
    /** Checks the rates and the number of steps. */
    public Linear {
      Checks.notNegative("from", from);
      Checks.notNegative("to", to);
      Checks.steps("steps", steps);
    }

    @Override
    public double at(long step) {
      return step >= steps ? to : from + (to - from) * ((double) step / steps);
    }
  }

  /**
   * Half a cosine from one rate down to another; see {@link #cosine}.
   *
   * @param peak the rate at the start
   * @param floor the rate from {@code steps} on
   * @param steps how long the way takes
   */
  record Cosine(double peak, double floor, long steps) implements Schedule {
    /** Checks the rates and the number of steps. */
    public Cosine {
      Checks.notNegative("peak", peak);
      Checks.notNegative("floor", floor);
      Checks.steps("steps", steps);
    }

    @Override
    public double at(long step) {
      if (step >= steps) {
        return floor;
      }
      double angle = StrictMath.PI * step / steps;
      return floor + (peak - floor) * 0.5 * (1 + StrictMath.cos(angle));
    }
  }

  /**
   * What follows the warm-up of {@link #warmupStableDecay}: a level part, then a falling one.
   *
   * @param peak the rate of the first part
   * @param floor the rate at the end and after it
   * @param stable steps of the first part
   * @param decay steps of the second
   * @param shape the curve of the second
   */
  record StableDecay(double peak, double floor, long stable, long decay, Decay shape)
      implements Schedule {
    /** Checks the rates and the numbers of steps. */
    public StableDecay {
      Checks.notNegative("peak", peak);
      Checks.notNegative("floor", floor);
      Checks.steps("stable", stable);
      Checks.steps("decay", decay);
    }

    @Override
    public double at(long step) {
      if (step <= stable) {
        return peak;
      }
      long into = step - stable;
      return into >= decay ? floor : floor + (peak - floor) * shape.left((double) into / decay);
    }
  }

  /**
   * A rate that falls with the root of the step; see {@link #inverseSqrt}.
   *
   * @param peak the highest rate
   * @param warmup the step that has it
   */
  record InverseSqrt(double peak, long warmup) implements Schedule {
    /** Checks the rate and the number of steps. */
    public InverseSqrt {
      Checks.notNegative("peak", peak);
      Checks.steps("warmup", warmup);
    }

    @Override
    public double at(long step) {
      return step < warmup
          ? peak * ((double) step / warmup)
          : peak * Math.sqrt((double) Math.max(1, warmup) / Math.max(1, step));
    }
  }

  /**
   * A straight rise from 0 to the start of another schedule; see {@link #warmup}.
   *
   * @param steps how many come before the other schedule
   * @param then the other schedule, which starts at its own step 0
   */
  record Warmup(long steps, Schedule then) implements Schedule {
    /** Checks the number of steps. */
    public Warmup {
      Checks.steps("steps", steps);
    }

    @Override
    public double at(long step) {
      return step < steps ? then.at(0) * ((double) step / steps) : then.at(step - steps);
    }
  }

  /**
   * The rates of another schedule times a factor; see {@link #times}.
   *
   * @param of the other schedule
   * @param factor what its rates are multiplied by
   */
  record Scaled(Schedule of, double factor) implements Schedule {
    /** Checks the factor. */
    public Scaled {
      Checks.notNegative("factor", factor);
    }

    @Override
    public double at(long step) {
      return factor * of.at(step);
    }
  }
}
