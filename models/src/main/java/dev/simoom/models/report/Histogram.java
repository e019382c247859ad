package dev.simoom.models.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Counts in buckets of equal width: bucket i holds what lies in {@code [low + i width, low + (i+1)
 * width)}; the last bucket also holds its upper end.
 *
 * @param low lower end of the first bucket
 * @param width width of each bucket, above 0
 * @param counts what was counted in each bucket; empty where nothing was measured
 */
public record Histogram(double low, double width, List<Long> counts) {

  /** The histogram of nothing; a page leaves it out. */
  public static final Histogram EMPTY = new Histogram(0, 1, List.of());

  /**
   * Checks the buckets.
   *
   * @throws IllegalArgumentException if the bounds are not finite, the width is not above 0, or a
   *     count is negative
   */
  public Histogram {
    counts = List.copyOf(counts);
    if (!Double.isFinite(low) || !(width > 0 && width < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Histogram: low must be finite and width finite and above 0, got low %s, width %s"
              .formatted(low, width));
    }
    if (counts.stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("Histogram: counts must be >= 0, got " + counts);
    }
  }

  /**
   * Counts values between their extremes.
   *
   * @param values finite numbers
   * @param buckets number of buckets, above 0
   */
  public static Histogram of(double[] values, int buckets) {
    if (values.length == 0) {
      return EMPTY;
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double width = (high - low) / buckets;
    return of(values, low, width > 0 ? width : 1, buckets);
  }

  /**
   * Counts values in given buckets; what lies outside is counted in the nearest one.
   *
   * @param values numbers, none of them NaN
   * @param low lower end of the first bucket
   * @param width width of each bucket
   * @param buckets number of buckets, above 0
   * @throws IllegalArgumentException if there is no bucket, or a value is NaN
   */
  public static Histogram of(double[] values, double low, double width, int buckets) {
    if (buckets < 1) {
      throw new IllegalArgumentException("Histogram: needs at least 1 bucket, got " + buckets);
    }
    List<Long> counts = new ArrayList<>(Collections.nCopies(buckets, 0L));
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("Histogram: cannot count NaN");
      }
      int bucket = (int) Math.clamp(Math.floor((value - low) / width), 0, buckets - 1);
      counts.set(bucket, counts.get(bucket) + 1);
    }
    return new Histogram(low, width, counts);
  }
}
