package dev.simoom.bench.suite;

import dev.simoom.bench.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Made-up results. */
final class Examples {
  private Examples() {}

  static Results results(int forks, Row... rows) {
    Conditions conditions =
        new Conditions(
            "a processor",
            2,
            1L << 34,
            "an OS",
            "25",
            List.of("-Xmx1g"),
            "abc+",
            "2026-01-01T00:00:00Z",
            "PyTorch 9 (SCALAR)",
            0.5,
            1.5,
            Effort.full().withForks(forks),
            "");
    return new Results(conditions, List.of(rows), Map.of());
  }

  /** A row whose times scatter by a thousandth around one. */
  static Row row(String name, double nanos) {
    List<Double> times = new ArrayList<>();
    for (int i = -5; i <= 5; i++) {
      times.add(nanos * (1 + i * 1e-4));
    }
    List<List<Double>> forks = List.of(times, times, times);
    return new Row(
        name,
        "matmul",
        2,
        2e6,
        1e5,
        Statistics.medianOf(forks),
        9 * nanos,
        0,
        "FMA peak",
        0.83,
        1,
        forks,
        Map.of(Work.EAGER, new Row.Peer(1.3 * nanos, new Figure(1.3, 1.25, 1.35))),
        Map.of(Work.COMPILED, "other results: result 0: <nonsense>"));
  }
}
