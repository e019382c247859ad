package dev.simoom.bench.suite;

import dev.simoom.bench.work.CeilingWorks;
import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pictures of the report, all for one number of threads. */
final class Plots {
  private static final double LEAST_INTENSITY = 0.05;
  private static final double MOST_INTENSITY = 2000;
  private static final int COLOURS = 8;

  private final List<Row> rows;

  Plots(List<Row> rows) {
    this.rows = rows;
  }

  /** Those for which there are results. */
  List<Plot> all() {
    return List.of(roofline(), matmul(), attention(), autoencoder()).stream()
        .filter(plot -> !plot.isEmpty())
        .toList();
  }

  // ---------------------------------------------------------------- roofline

  /** Works by what they do with each byte, under what the machine can do with it at most. */
  private Plot roofline() {
    List<Plot.Series> series = new ArrayList<>();
    Optional<Row> peak = named(CeilingWorks.FMA);
    List<Row> works =
        rows.stream()
            .filter(r -> !r.family().equals(Family.CEILING.label()))
            .filter(r -> r.flops() > 0 && r.bytes() > 0)
            .toList();
    if (peak.isPresent() && !works.isEmpty()) {
      double most = peak.get().flops() / peak.get().nanos().value();
      List<Row> copies =
          rows.stream()
              .filter(r -> r.family().equals(Family.CEILING.label()) && r.flops() == 0)
              .toList();
      String name = "ceilings: FMA peak, copies in L1, L2, last-level cache, memory";
      copies.forEach(copy -> series.add(roof(copy == copies.getFirst() ? name : "", copy, most)));
    }
    int colour = 0;
    for (String family : works.stream().map(Row::family).distinct().toList()) {
      List<Plot.Point> points =
          works.stream().filter(r -> r.family().equals(family)).map(Plots::intensity).toList();
      series.add(new Plot.Series(family, colour++ % COLOURS, false, true, points));
    }
    return new Plot(
        "Roofline: what works reach of what their data allows",
        "FLOP per byte moved at the least",
        "GFLOP/s",
        Plots::plain,
        Plots::plain,
        series);
  }

  private static Plot.Series roof(String name, Row copy, double peak) {
    double bandwidth = copy.bytes() / copy.nanos().value();
    double knee = Math.clamp(peak / bandwidth, LEAST_INTENSITY, MOST_INTENSITY);
    List<Plot.Point> points =
        List.of(
            new Plot.Point(LEAST_INTENSITY, LEAST_INTENSITY * bandwidth, ""),
            new Plot.Point(knee, peak, ""),
            new Plot.Point(MOST_INTENSITY, peak, ""));
    return new Plot.Series(name, COLOURS, true, false, points);
  }

  private static Plot.Point intensity(Row row) {
    double rate = row.flops() / row.nanos().value();
    String text = "%s: %s, %s".formatted(row.work(), Format.rate(row), Format.percent(row.share()));
    return new Plot.Point(row.flops() / row.bytes(), rate, text);
  }

  // ---------------------------------------------------------------- scaling

  private Plot matmul() {
    Pattern square = Pattern.compile("matmul (\\d+)");
    List<Plot.Series> series = new ArrayList<>();
    series.add(curve("Simoom", 0, square, r -> r.flops() / r.nanos().value()));
    series.add(curve("PyTorch eager", 1, square, r -> r.flops() / eager(r)));
    return scaling("Square products", "rows = columns", "GFLOP/s", Plots::plain, series);
  }

  private Plot attention() {
    Pattern forward = Pattern.compile("attention B\\d+ H4 T(\\d+) D64 causal");
    Pattern both = Pattern.compile(forward + " fwd\\+bwd");
    List<Plot.Series> series = new ArrayList<>();
    ToDoubleFunction<Row> ours = r -> perToken(r, r.nanos().value());
    ToDoubleFunction<Row> theirs = r -> perToken(r, eager(r));
    series.add(curve("Simoom forward", 0, forward, ours));
    series.add(curve("PyTorch forward", 1, forward, theirs));
    series.add(curve("Simoom with gradients", 2, both, ours));
    series.add(curve("PyTorch with gradients", 3, both, theirs));
    return scaling(
        "Causal attention, 4 heads of 64", "positions", "time per position", Format::time, series);
  }

  /** A row's name starts with its batch and its length. */
  private static double perToken(Row row, double nanos) {
    Matcher sizes = Pattern.compile("B(\\d+) H\\d+ T(\\d+)").matcher(row.work());
    return sizes.find()
        ? nanos / Integer.parseInt(sizes.group(1)) / Integer.parseInt(sizes.group(2))
        : Double.NaN;
  }

  private Plot autoencoder() {
    Pattern step = Pattern.compile("SAE step (\\d+) latents");
    Pattern encoder = Pattern.compile("SAE encoder product (\\d+) latents");
    List<Plot.Series> series = new ArrayList<>();
    series.add(curve("Simoom step", 0, step, r -> r.nanos().value()));
    series.add(curve("of it the encoder's product", 4, encoder, r -> r.nanos().value()));
    series.add(curve("PyTorch dense", 1, step, Plots::eager));
    series.add(curve("PyTorch embedding_bag", 3, step, r -> time(r, Work.EMBEDDING_BAG)));
    return scaling("TopK autoencoder's step", "latents", "time", Format::time, series);
  }

  private static Plot scaling(
      String title,
      String xLabel,
      String yLabel,
      DoubleFunction<String> yText,
      List<Plot.Series> series) {
    List<Plot.Series> drawn = series.stream().filter(s -> s.points().size() > 1).toList();
    return new Plot(title, xLabel, yLabel, Plots::plain, yText, drawn);
  }

  private Plot.Series curve(String name, int colour, Pattern works, ToDoubleFunction<Row> measure) {
    List<Plot.Point> points = new ArrayList<>();
    for (Row row : rows) {
      Matcher matcher = works.matcher(row.work());
      double y = matcher.matches() ? measure.applyAsDouble(row) : Double.NaN;
      if (Double.isFinite(y)) {
        points.add(new Plot.Point(Integer.parseInt(matcher.group(1)), y, row.work()));
      }
    }
    points.sort((a, b) -> Double.compare(a.x(), b.x()));
    return new Plot.Series(name, colour, true, true, points);
  }

  private static double eager(Row row) {
    return time(row, Work.EAGER);
  }

  private static double time(Row row, String variant) {
    Row.Peer peer = row.peers().get(variant);
    return peer == null ? Double.NaN : peer.nanos();
  }

  private Optional<Row> named(String name) {
    return rows.stream().filter(r -> r.work().equals(name)).findFirst();
  }

  private static String plain(double number) {
    return number >= 1 ? "%.0f".formatted(number) : "%s".formatted((float) number);
  }
}
