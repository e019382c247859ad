package dev.simoom.bench.suite;

import dev.simoom.bench.ladder.Climb;
import java.util.List;
import java.util.Locale;

/** The rungs of a ladder as text. */
final class LadderTable {
  private static final String LINE = "%-22s %9s %9s %9s %9s %11s";
  private static final String END = System.lineSeparator();

  private LadderTable() {}

  static String of(String title, List<Climb.Step> steps) {
    StringBuilder s = new StringBuilder(title).append(END).append(END);
    s.append(LINE.formatted("rung", "time", "GFLOP/s", "of peak", "gain", "memory")).append(END);
    double before = 0;
    for (Climb.Step step : steps) {
      s.append(
              LINE.formatted(
                  step.name(),
                  Format.time(step.nanos()),
                  Format.digits(step.rate() / 1e9),
                  share(step.share()),
                  before == 0 ? "" : Format.digits(before / step.nanos()) + " x",
                  Format.bytes(step.memory())))
          .append(END);
      before = step.nanos();
    }
    return s.toString();
  }

  /** Small shares need a decimal: the first rungs differ below one percent. */
  private static String share(double share) {
    return String.format(Locale.ROOT, share < 0.1 ? "%.1f" : "%.0f", 100 * share) + " %";
  }
}
