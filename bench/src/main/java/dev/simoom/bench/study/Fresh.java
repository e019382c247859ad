package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Side;
import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.suite.Workers;
import dev.simoom.bench.work.CeilingWorks;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The same works in one fresh JVM after the other. */
final class Fresh {
  private static final double SLOWEST = 0.8;
  private static final long CEILING_MILLIS = 300;

  private final int threads;
  private final Effort effort;
  private final Consumer<String> progress;

  /**
   * What one JVM did.
   *
   * @param nanos of a call in its median round
   * @param share of the machine's ceiling, timed in the same rounds, in its median round
   * @param allocated bytes of a call
   */
  record Fork(double nanos, double share, double allocated) {}

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
    Work ceiling = CeilingWorks.limiting(work, threads);
    try (Worker worker = Workers.fork(threads)) {
      worker.prepare("fresh", work);
      worker.prepare("ceiling", ceiling);
      Side side = new Side(worker, "fresh");
      Side beside = new Side(worker, "ceiling");
      side.warmUp(effort);
      beside.warmUp(effort.warmedFor(CEILING_MILLIS));
      for (int i = 0; i < effort.rounds(); i++) {
        side.time();
        beside.time();
      }
      List<Double> nanos = side.nanosPerCall();
      List<Double> shares = new ArrayList<>();
      for (int i = 0; i < nanos.size(); i++) {
        shares.add(share(work, nanos.get(i), ceiling, beside.nanosPerCall().get(i)));
      }
      return new Fork(Statistics.median(nanos), Statistics.median(shares), side.allocated());
    }
  }

  /** What a work achieves over what its ceiling does, each thread of which does all of it. */
  private double share(Work work, double nanos, Work ceiling, double ceilingNanos) {
    boolean computes = ceiling.flops() > 0;
    double amount = computes ? work.flops() : work.bytes();
    double most = threads * (computes ? ceiling.flops() : ceiling.bytes());
    return amount / nanos / (most / ceilingNanos);
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
            "of ceiling, least",
            "median",
            "most",
            "allocates"));
    List<Bar> bars = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    forks.forEach(
        (work, all) -> {
          List<Double> speeds = all.stream().map(fork -> 1 / fork.nanos).sorted().toList();
          List<Double> shares = all.stream().map(Fork::share).sorted().toList();
          cells.add(
              List.of(
                  work.name(),
                  Integer.toString(all.size()),
                  rate(work, speeds.getFirst()),
                  rate(work, Statistics.median(speeds)),
                  rate(work, speeds.getLast()),
                  Format.percent(shares.getFirst()),
                  Format.percent(Statistics.median(shares)),
                  Format.percent(shares.getLast()),
                  Format.bytes(all.stream().mapToDouble(Fork::allocated).max().orElseThrow())));
          bars.add(bar(work + ", slowest JVM over the median", speeds));
          bars.add(bar(work + ", the same by share of the ceiling", shares));
          notes.add(work + ", speeds over the median in order: " + list(all, f -> 1 / f.nanos));
          notes.add(work + ", shares over the median in order: " + list(all, Fork::share));
          findings.figures(work.name() + " nanos", all.stream().map(Fork::nanos).toList());
          findings.figures(work.name() + " share", all.stream().map(Fork::share).toList());
        });
    notes.add(
        "The ceiling is timed in the same rounds: a JVM that is slow by its own fault has a low"
            + " share too, one on a machine that was slow for a while has not.");
    String title = "Fresh JVMs, " + Format.threads(threads);
    findings.add(title, cells, bars, notes.toArray(String[]::new));
    return findings;
  }

  private static Bar bar(String what, List<Double> sorted) {
    return Bar.atLeast(what, sorted.getFirst() / Statistics.median(sorted), SLOWEST, "");
  }

  private static String list(List<Fork> forks, ToDoubleFunction<Fork> figure) {
    List<Double> values = forks.stream().map(figure::applyAsDouble).toList();
    double median = Statistics.median(values);
    return values.stream().map(v -> Format.digits(v / median)).collect(Collectors.joining(" "));
  }

  private static String rate(Work work, double speed) {
    return Format.rate(work.flops(), work.bytes(), 1 / speed);
  }
}
