package dev.simoom.models.report;

import java.util.Arrays;

/**
 * How often the features of a whole dictionary are active: a histogram over log10 of the share of
 * tokens, and the features that never were.
 *
 * @param neverActive number of features that were active on no token
 * @param log10 the other features by the base-10 logarithm of their density
 */
public record Densities(long neverActive, Histogram log10) {

  /** Nothing measured; a page leaves it out. */
  public static final Densities NONE = new Densities(0, Histogram.EMPTY);

  private static final int BUCKETS_PER_DECADE = 5;

  /**
   * Checks the count.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Densities {
    if (neverActive < 0) {
      throw new IllegalArgumentException("Densities: neverActive must be >= 0, got " + neverActive);
    }
  }

  /**
   * Sorts densities into five buckets per power of ten.
   *
   * @param densities share of tokens on which each feature was active, each in [0, 1]
   */
  public static Densities of(double[] densities) {
    double[] logs =
        Arrays.stream(densities).filter(density -> density > 0).map(StrictMath::log10).toArray();
    long never = densities.length - logs.length;
    if (logs.length == 0) {
      return new Densities(never, Histogram.EMPTY);
    }
    double low = Math.floor(Arrays.stream(logs).min().getAsDouble());
    int decades = Math.max(1, (int) -low);
    return new Densities(
        never,
        Histogram.of(logs, -decades, 1.0 / BUCKETS_PER_DECADE, decades * BUCKETS_PER_DECADE));
  }

  boolean isEmpty() {
    return neverActive == 0 && log10.counts().isEmpty();
  }
}
