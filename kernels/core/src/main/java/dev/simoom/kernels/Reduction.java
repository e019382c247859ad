package dev.simoom.kernels;

/** How many values become one. */
public enum Reduction {
  /** Their sum; 0 for none. */
  SUM,
  /** The largest; negative infinity (or the smallest integer) for none. NaN if any is NaN. */
  MAX,
  /** The smallest; positive infinity (or the largest integer) for none. NaN if any is NaN. */
  MIN;

  /** The value that changes nothing when combined, for real numbers. */
  public double identity() {
    return switch (this) {
      case SUM -> 0;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** The value that changes nothing when combined, for integers. */
  public int integerIdentity() {
    return switch (this) {
      case SUM -> 0;
      case MAX -> Integer.MIN_VALUE;
      case MIN -> Integer.MAX_VALUE;
    };
  }

  /** Combines two values. */
  public double combine(double a, double b) {
    return switch (this) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }
}
