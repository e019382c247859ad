package dev.simoom.optim;

/** Ranges of settings. */
final class Checks {
  private Checks() {}

  static void beta(String name, double beta) {
    require(beta >= 0 && beta < 1, name, "in [0, 1)", beta);
  }

  static void notNegative(String name, double value) {
    require(value >= 0 && Double.isFinite(value), name, "finite and not negative", value);
  }

  static void positive(String name, double value) {
    require(value > 0 && Double.isFinite(value), name, "finite and positive", value);
  }

  static void steps(String name, long steps) {
    require(steps >= 0, name, "a number of steps, 0 or more", steps);
  }

  private static void require(boolean holds, String name, String range, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + range + ", got " + value);
    }
  }
}
