package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Side;
import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.suite.Workers;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The same works in one fresh JVM after the other. */
final class Fresh {
  private static final double SLOWEST = 0.8;

  private final int threads;
  private final Effort effort;
  private final Consumer<String> progress;

  /**
   * What one JVM did.
   *
   * @param nanos of a call in its median round
   * @param best of a call in its best round
   * @param allocated bytes of a call
   */
  record Fork(double nanos, double best, double allocated) {}

  Fresh(int threads, Effort effort, Consumer<String> progress) {
    this.threads = threads;
    this.effort = effort;
    this.progress = progress;
  }

  Findings measure(List<Work> works) throws IOException {
    Map<Work, List<Fork>> forks = new LinkedHashMap<>();
    works.forEach(work -> forks.put(work, new ArrayList<>()));
    for (int fork = 1; fork <= effort.forks(); fork++) {
      for (Work work : works) {
        progress.accept("JVM %d of %d: %s".formatted(fork, effort.forks(), work));
        forks.get(work).add(fork(work));
      }
    }
    return findings(forks, threads);
  }

  private Fork fork(Work work) throws IOException {
    try (Worker worker = Workers.fork(threads)) {
      worker.prepare("fresh", work);
      Side side = new Side(worker, "fresh");
      side.warmUp(effort);
      for (int i = 0; i < effort.rounds(); i++) {
        side.time();
      }
      List<Double> nanos = side.nanosPerCall();
      double best = nanos.stream().min(Double::compare).orElseThrow();
      return new Fork(Statistics.median(nanos), best, side.allocated());
    }
  }

  static Findings findings(Map<Work, List<Fork>> forks, int threads) {
    Findings findings = new Findings();
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "work",
            "JVMs",
            "slowest",
            "median",
            "fastest",
            "slowest / median",
            "its best round",
            "allocates"));
    List<Bar> bars = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    forks.forEach(
        (work, all) -> {
          double median = Statistics.median(all.stream().map(Fork::nanos).toList());
          Fork slowest = all.stream().max(Comparator.comparingDouble(Fork::nanos)).orElseThrow();
          Fork fastest = all.stream().min(Comparator.comparingDouble(Fork::nanos)).orElseThrow();
          cells.add(
              List.of(
                  work.name(),
                  Integer.toString(all.size()),
                  rate(work, slowest.nanos),
                  rate(work, median),
                  rate(work, fastest.nanos),
                  Format.digits(median / slowest.nanos),
                  Format.digits(median / slowest.best),
                  Format.bytes(all.stream().mapToDouble(Fork::allocated).max().orElseThrow())));
          bars.add(
              Bar.atLeast(
                  work + ", slowest JVM over the median", median / slowest.nanos, SLOWEST, ""));
          notes.add(
              work
                  + ", speeds over the median in order: "
                  + all.stream()
                      .map(fork -> Format.digits(median / fork.nanos))
                      .collect(Collectors.joining(" ")));
          findings.figures(work.name() + " nanos", all.stream().map(Fork::nanos).toList());
        });
    String title = "Fresh JVMs, %d thread%s".formatted(threads, threads == 1 ? "" : "s");
    findings.add(title, cells, bars, notes.toArray(String[]::new));
    return findings;
  }

  private static String rate(Work work, double nanos) {
    boolean computes = work.flops() > 0;
    return Format.digits((computes ? work.flops() : work.bytes()) / nanos)
        + (computes ? " GFLOP/s" : " GB/s");
  }
}
