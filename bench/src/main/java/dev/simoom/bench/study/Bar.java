package dev.simoom.bench.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.simoom.bench.suite.Format;

/**
 * A figure and the limit that it should keep.
 *
 * @param what the figure, in words
 * @param value what was measured
 * @param limit the last value that is good enough
 * @param least whether smaller values are worse, not larger ones
 * @param unit of both, or empty
 */
record Bar(String what, double value, double limit, boolean least, String unit) {
  static Bar atMost(String what, double value, double limit, String unit) {
    return new Bar(what, value, limit, false, unit);
  }

  static Bar atLeast(String what, double value, double limit, String unit) {
    return new Bar(what, value, limit, true, unit);
  }

  /** Whether the limit is kept; a value that is no number keeps none. */
  @JsonProperty
  boolean met() {
    return least ? value >= limit : value <= limit;
  }

  @Override
  public String toString() {
    String between = unit.isEmpty() ? "" : " " + unit;
    return "%-7s%s: %s%s (bar: at %s %s%s)"
        .formatted(
            met() ? "met" : "MISSED",
            what,
            Format.digits(value),
            between,
            least ? "least" : "most",
            Format.digits(limit),
            between);
  }
}
