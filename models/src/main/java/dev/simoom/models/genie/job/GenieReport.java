package dev.simoom.models.genie.job;

import dev.simoom.tensor.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run's report: one page that holds its pictures and asks the network for nothing. */
final class GenieReport {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 150;
  private static final int BUCKETS = 200;

  private final StringBuilder body = new StringBuilder();

  /** Adds a heading. */
  GenieReport heading(String title) {
    body.append("<h2>").append(escaped(title)).append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  GenieReport text(String text) {
    body.append("<p>").append(escaped(text)).append("</p>\n");
    return this;
  }

  /** Adds a table of names, values and what they mean. */
  GenieReport table(List<String> head, List<List<String>> rows) {
    body.append("<div class=scroll><table><thead><tr>");
    head.forEach(cell -> body.append("<th>").append(escaped(cell)).append("</th>"));
    body.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      row.forEach(cell -> body.append("<td>").append(escaped(cell)).append("</td>"));
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
    return this;
  }

  /** Adds a picture with what it shows. */
  GenieReport picture(FilmStrip strip, String caption) {
    body.append("<figure><div class=scroll><img alt=\"")
        .append(escaped(caption))
        .append("\" src=\"")
        .append(strip.dataUri())
        .append("\"></div><figcaption>")
        .append(escaped(caption))
        .append("</figcaption></figure>\n");
    return this;
  }

  /** Adds the curve of a figure over the steps of training. */
  GenieReport curve(String title, double... values) {
    return curve(title, "steps", values);
  }

  /** Adds the curve of a figure over things of a kind. */
  GenieReport curve(String title, String things, double... values) {
    double[] y = thinned(values);
    double low = Arrays.stream(y).min().orElse(0);
    double high = Arrays.stream(y).max().orElse(1);
    double range = high > low ? high - low : 1;
    List<String> points = new ArrayList<>();
    for (int i = 0; i < y.length; i++) {
      points.add(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f",
              (double) WIDTH * i / Math.max(1, y.length - 1),
              HEIGHT * (1 - (y[i] - low) / range)));
    }
    body.append(
        String.format(
            Locale.ROOT,
            "<figure class=curve><svg viewBox=\"-4 -4 %d %d\" role=img aria-label=\"%s\"><polyline"
                + " points=\"%s\"/></svg><figcaption>%s: from %.4g to %.4g in %,d %s, lowest"
                + " %.4g</figcaption></figure>%n",
            WIDTH + 8,
            HEIGHT + 8,
            escaped(title),
            String.join(" ", points),
            escaped(title),
            values.length == 0 ? Double.NaN : y[0],
            values.length == 0 ? Double.NaN : y[y.length - 1],
            values.length,
            things,
            low));
    return this;
  }

  /** Means of runs of values that follow each other. */
  private static double[] thinned(double... values) {
    int buckets = Math.min(BUCKETS, values.length);
    double[] means = new double[buckets];
    for (int b = 0; b < buckets; b++) {
      int from = (int) ((long) b * values.length / buckets);
      int to = (int) ((b + 1L) * values.length / buckets);
      for (int i = from; i < to; i++) {
        means[b] += values[i] / (to - from);
      }
    }
    return means;
  }

  /** Writes the page, whole or not at all. */
  void write(Path file, String title) throws IOException {
    Map<String, String> parts = Map.of("title", escaped(title), "body", body.toString());
    String page = resource();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      page = page.replace("{{" + part.getKey() + "}}", part.getValue());
    }
    AtomicFiles.write(file, page);
  }

  private static String resource() throws IOException {
    try (InputStream in = GenieReport.class.getResourceAsStream("report.html")) {
      if (in == null) {
        throw new IllegalStateException("the report's resource report.html is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
