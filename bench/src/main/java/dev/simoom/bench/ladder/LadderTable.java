package dev.simoom.bench.ladder;

import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rungs of a ladder as text. */
final class LadderTable {
  private LadderTable() {}

  static String of(String title, List<Climb.Step> steps) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("rung", "time", "GFLOP/s", "of peak", "gain", "memory"));
    double before = 0;
    for (Climb.Step step : steps) {
      cells.add(
          List.of(
              step.name(),
              Format.time(step.nanos()),
              Format.digits(step.rate() / 1e9),
              share(step.share()),
              before == 0 ? "" : Format.digits(before / step.nanos()) + " x",
              Format.bytes(step.memory())));
      before = step.nanos();
    }
    String end = System.lineSeparator();
    return title + end + end + Grid.of(cells, Set.of(1, 2, 3, 4, 5));
  }

  /** Small shares need a decimal: the first rungs differ below one percent. */
  private static String share(double share) {
    return String.format(Locale.ROOT, share < 0.1 ? "%.1f" : "%.0f", 100 * share) + " %";
  }
}
