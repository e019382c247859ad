package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Side;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.suite.Workers;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Times works in alternating rounds. */
final class Rounds {
  private Rounds() {}

  /**
   * The nanoseconds of a call of each work in each round, all works ready in one JVM and each round
   * one of all of them. The first work is warmed up for longest.
   *
   * @param progress is told what happens
   */
  static Map<Work, List<Double>> time(
      List<Work> works, int threads, Effort effort, Consumer<String> progress) throws IOException {
    Effort brief = effort.warmedFor(effort.mostWarmMillis() / 6);
    try (Worker worker = Workers.fork(threads)) {
      Map<Work, Side> sides = new LinkedHashMap<>();
      for (Work work : works) {
        progress.accept("warming up: " + work);
        worker.prepare(work.name(), work);
        Side side = new Side(worker, work.name());
        // The code of later sizes is warm by then, and the largest take seconds for a call.
        side.warmUp(work == works.getFirst() ? effort : brief);
        sides.put(work, side);
      }
      for (int round = 1; round <= effort.rounds(); round++) {
        progress.accept("round %d of %d".formatted(round, effort.rounds()));
        List<Side> order = new ArrayList<>(sides.values());
        for (Side side : round % 2 == 0 ? order.reversed() : order) {
          side.time();
        }
      }
      Map<Work, List<Double>> times = new LinkedHashMap<>();
      sides.forEach((work, side) -> times.put(work, side.nanosPerCall()));
      return times;
    }
  }
}
