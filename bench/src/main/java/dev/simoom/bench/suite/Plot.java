package dev.simoom.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A picture with two logarithmic axes, as SVG.
 *
 * @param title what a reader without eyes is told
 * @param xLabel what the horizontal axis measures
 * @param yLabel what the vertical axis measures
 * @param xText numbers of the horizontal axis
 * @param yText numbers of the vertical axis
 * @param series what is drawn
 */
record Plot(
    String title,
    String xLabel,
    String yLabel,
    DoubleFunction<String> xText,
    DoubleFunction<String> yText,
    List<Series> series) {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 340;
  private static final int LEFT = 78;
  private static final int RIGHT = 20;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;
  private static final int MOST_TICKS = 9;
  private static final double MARGIN = 1.25;

  /** A point with what it tells when pointed at. */
  record Point(double x, double y, String text) {}

  /**
   * Points of one colour.
   *
   * @param name for the legend, or empty to stay out of it
   * @param colour number of its colour
   * @param line whether points are joined
   * @param marks whether points are marked
   */
  record Series(String name, int colour, boolean line, boolean marks, List<Point> points) {}

  /** One axis: the range of its numbers and where they lie. */
  private record Axis(double low, double high, double from, double to) {
    static Axis of(List<Double> numbers, double from, double to) {
      double low = numbers.stream().min(Double::compare).orElse(1.0) / MARGIN;
      double high = numbers.stream().max(Double::compare).orElse(1.0) * MARGIN;
      return new Axis(low, high, from, to);
    }

    double at(double number) {
      return from + (to - from) * Math.log(number / low) / Math.log(high / low);
    }

    /** 1, 2 and 5 times powers of ten, or fewer where these are too many. */
    List<Double> ticks() {
      List<Double> all = new ArrayList<>();
      List<Double> tens = new ArrayList<>();
      for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
        for (int digit : new int[] {1, 2, 5}) {
          double tick = digit * Math.pow(10, power);
          if (tick >= low && tick <= high) {
            all.add(tick);
            if (digit == 1) {
              tens.add(tick);
            }
          }
        }
      }
      if (all.size() <= MOST_TICKS) {
        return all;
      }
      int step = (tens.size() + MOST_TICKS - 1) / MOST_TICKS;
      List<Double> some = new ArrayList<>();
      for (int i = 0; i < tens.size(); i += step) {
        some.add(tens.get(i));
      }
      return some;
    }
  }

  /** Whether there is anything to draw. */
  boolean isEmpty() {
    return series.stream().allMatch(s -> s.points.isEmpty());
  }

  /** The picture with a heading and a legend. */
  String html() {
    StringBuilder s = new StringBuilder("<figure>\n");
    s.append("<figcaption>").append(Html.escape(title)).append("</figcaption>\n");
    s.append(svg());
    s.append("<ul class=\"legend\">");
    for (Series each : series.stream().filter(x -> !x.name.isEmpty()).toList()) {
      s.append("<li class=\"c").append(each.colour).append("\">");
      s.append("<span>").append(Html.escape(each.name)).append("</span></li>");
    }
    return s.append("</ul>\n</figure>\n").toString();
  }

  private String svg() {
    List<Point> all = series.stream().flatMap(s -> s.points.stream()).toList();
    Axis x = Axis.of(all.stream().map(Point::x).toList(), LEFT, WIDTH - RIGHT);
    Axis y = Axis.of(all.stream().map(Point::y).toList(), HEIGHT - BOTTOM, TOP);
    StringBuilder s = new StringBuilder();
    add(
        s,
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH,
        HEIGHT,
        Html.escape(title));
    for (double tick : x.ticks()) {
      double at = x.at(tick);
      add(s, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", at, TOP, HEIGHT - BOTTOM);
      add(
          s,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          at,
          HEIGHT - BOTTOM + 16,
          xText.apply(tick));
    }
    for (double tick : y.ticks()) {
      double at = y.at(tick);
      add(s, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, at, WIDTH - RIGHT);
      add(
          s,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 6,
          at + 4,
          yText.apply(tick));
    }
    int middle = (HEIGHT - BOTTOM + TOP) / 2;
    add(
        s,
        "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 8,
        Html.escape(xLabel));
    add(
        s,
        "<text class=\"label\" transform=\"translate(14 %d) rotate(-90)\""
            + " text-anchor=\"middle\">%s</text>",
        middle,
        Html.escape(yLabel));
    series.forEach(each -> draw(s, each, x, y));
    return s.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder s, Series series, Axis x, Axis y) {
    add(s, "<g class=\"c%d\">", series.colour);
    if (series.line && !series.points.isEmpty()) {
      StringBuilder path = new StringBuilder();
      for (Point p : series.points) {
        path.append(path.isEmpty() ? 'M' : 'L');
        path.append(String.format(Locale.ROOT, "%.1f %.1f", x.at(p.x), y.at(p.y)));
      }
      add(s, "<path class=\"line\" d=\"%s\"/>", path);
    }
    for (Point p : series.marks ? series.points : List.<Point>of()) {
      add(
          s,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s</title></circle>",
          x.at(p.x),
          y.at(p.y),
          Html.escape(p.text));
    }
    s.append("</g>\n");
  }

  private static void add(StringBuilder s, String format, Object... arguments) {
    s.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
