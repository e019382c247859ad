package dev.simoom.kernels.oracle;

/**
 * How far a result may be from the reference's: {@code absolute + relative |expected|}; with both 0
 * the bits must be the same, any NaN standing for every other.
 */
public record Tolerance(double absolute, double relative) {
  /** The same bits. */
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /** Whether a result is near enough. */
  public boolean accepts(double expected, double actual) {
    if (Double.compare(expected, actual) == 0) {
      return true;
    }
    return Math.abs(expected - actual) <= absolute + relative * Math.abs(expected)
        && (absolute > 0 || relative > 0);
  }
}
