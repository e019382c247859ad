package dev.simoom.models.report;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A quantity over the steps of training.
 *
 * @param name what the legend calls it
 * @param steps where it was measured, ascending
 * @param values what was measured; a value that is not finite makes a gap in the line
 */
public record Curve(String name, List<Double> steps, List<Double> values) {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if there are not as many values as steps, or the steps are not
   *     finite and ascending
   */
  public Curve {
    steps = List.copyOf(steps);
    values = List.copyOf(values);
    if (steps.size() != values.size()) {
      throw new IllegalArgumentException(
          "Curve '%s': %d steps but %d values".formatted(name, steps.size(), values.size()));
    }
    for (int i = 0; i < steps.size(); i++) {
      if (!Double.isFinite(steps.get(i)) || (i > 0 && steps.get(i) < steps.get(i - 1))) {
        throw new IllegalArgumentException(
            "Curve '%s': steps must be finite and ascending, but step %d is %s"
                .formatted(name, i, steps.get(i)));
      }
    }
  }

  /** The same from arrays. */
  public static Curve of(String name, double[] steps, double[] values) {
    return new Curve(name, boxed(steps), boxed(values));
  }

  /**
   * At most {@code 2 buckets + 2} points that draw the same line: the ends, and the lowest and the
   * highest finite value of each bucket of neighbouring points, so that spikes stay visible.
   */
  Curve thinned(int buckets) {
    int size = steps.size();
    if (size <= 2 * buckets) {
      return this;
    }
    NavigableSet<Integer> kept = new TreeSet<>(List.of(0, size - 1));
    for (int bucket = 0; bucket < buckets; bucket++) {
      int from = (int) ((long) size * bucket / buckets);
      int to = (int) ((long) size * (bucket + 1) / buckets);
      int lowest = from;
      int highest = from;
      for (int i = from + 1; i < to; i++) {
        lowest = preferred(i, lowest, -1);
        highest = preferred(i, highest, 1);
      }
      kept.add(lowest);
      kept.add(highest);
    }
    return new Curve(
        name, kept.stream().map(steps::get).toList(), kept.stream().map(values::get).toList());
  }

  private int preferred(int candidate, int best, int sign) {
    double a = values.get(candidate);
    double b = values.get(best);
    return Double.isFinite(a) && (!Double.isFinite(b) || sign * a > sign * b) ? candidate : best;
  }

  private static List<Double> boxed(double[] numbers) {
    List<Double> list = new ArrayList<>(numbers.length);
    for (double number : numbers) {
      list.add(number);
    }
    return list;
  }
}
