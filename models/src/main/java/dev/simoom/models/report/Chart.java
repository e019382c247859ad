package dev.simoom.models.report;

import java.util.List;

/**
 * Curves that share their axes.
 *
 * @param title the chart's heading, such as "Language model: loss"
 * @param xLabel what the horizontal axis counts, such as "step"
 * @param yLabel what the vertical axis measures, with its unit, such as "nats per token"
 * @param curves the lines; a page leaves out a chart none of whose curves has a point
 */
public record Chart(String title, String xLabel, String yLabel, List<Curve> curves) {

  /** Copies the list. */
  public Chart {
    curves = List.copyOf(curves);
  }

  boolean isEmpty() {
    return curves.stream().allMatch(curve -> curve.steps().isEmpty());
  }
}
