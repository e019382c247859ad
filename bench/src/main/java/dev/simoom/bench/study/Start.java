package dev.simoom.bench.study;

import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.suite.Worker;
import dev.simoom.bench.suite.Workers;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The first steps of a program, cold and warm. */
final class Start {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double COLD_MILLIS = 1500;
  private static final double WARM_MILLIS = 150;

  private final Work work;
  private final int threads;
  private final int steps;
  private final int programs;

  /** One JVM: its programs in their order, and the steps of the first one. */
  record Fork(List<Worker.Ready> programs, Warming warming) {}

  /**
   * The first steps of a program.
   *
   * @param total nanoseconds of all of them
   * @param steady nanoseconds of one in the second half, the median
   * @param compiling milliseconds that compilers worked meanwhile, beside it
   */
  record Warming(double total, double steady, double compiling) {
    static Warming of(List<Double> nanos, double compiling) {
      double total = nanos.stream().mapToDouble(Double::doubleValue).sum();
      double steady = Statistics.median(nanos.subList(nanos.size() / 2, nanos.size()));
      return new Warming(total, steady, compiling);
    }

    /** Nanoseconds that the steps took beyond as many steady ones. */
    double excess(int steps) {
      return total - steps * steady;
    }
  }

  Start(Work work, int threads, int steps, int programs) {
    this.work = work;
    this.threads = threads;
    this.steps = steps;
    this.programs = programs;
  }

  Findings run(int forks, Consumer<String> progress) throws IOException {
    List<Fork> all = new ArrayList<>();
    for (int fork = 1; fork <= forks; fork++) {
      progress.accept("JVM %d of %d".formatted(fork, forks));
      all.add(fork());
    }
    return findings(all);
  }

  private Fork fork() throws IOException {
    try (Worker worker = Workers.fork(threads)) {
      List<Worker.Ready> ready = new ArrayList<>();
      ready.add(worker.prepare("first", work));
      Worker.Series series = worker.series("first", steps - 1);
      List<Double> nanos = new ArrayList<>();
      nanos.add((double) ready.getFirst().first());
      nanos.addAll(series.nanos());
      for (int i = 1; i < programs; i++) {
        ready.add(worker.prepare("later", work));
        worker.release("later");
      }
      return new Fork(ready, Warming.of(nanos, series.compiling()));
    }
  }

  Findings findings(List<Fork> forks) {
    Findings findings = new Findings();
    prepared(forks, findings);
    warming(forks, findings);
    return findings;
  }

  private void prepared(List<Fork> forks, Findings findings) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("program", "tracing", "fusing", "generating", "together", "first run"));
    for (int i = 0; i < programs; i++) {
      cells.add(
          List.of(
              "number " + (i + 1) + " of its JVM",
              Format.time(median(forks, i, Worker.Ready::tracing)),
              Format.time(median(forks, i, Worker.Ready::fusing)),
              Format.time(median(forks, i, Worker.Ready::generating)),
              Format.time(median(forks, i, Start::together)),
              Format.time(median(forks, i, Worker.Ready::first))));
    }
    for (int i = 0; i < 2; i++) {
      int program = i;
      findings.figures(
          "program " + (i + 1) + " nanos",
          forks.stream().map(fork -> together(fork.programs.get(program))).toList());
    }
    double cold = median(forks, 0, Start::together) / NANOS_PER_MILLI;
    double warm = median(forks, 1, Start::together) / NANOS_PER_MILLI;
    findings.add(
        "Preparing '%s' on %s, medians of %d fresh JVMs"
            .formatted(work, Format.threads(threads), forks.size()),
        cells,
        List.of(
            Bar.atMost("cold, the first program", cold, COLD_MILLIS, "ms"),
            Bar.atMost("warm, the second", warm, WARM_MILLIS, "ms")),
        "Each program has a model and an optimizer of its own. The second comes after "
            + steps
            + " runs of the first; classes of kernels that are in the process already are shared.");
  }

  private void warming(List<Fork> forks, Findings findings) {
    double total = median(forks, warming -> warming.total);
    double steady = median(forks, warming -> warming.steady);
    double excess = median(forks, warming -> warming.excess(steps));
    double share = median(forks, warming -> warming.excess(steps) / warming.total);
    double compiling = NANOS_PER_MILLI * median(forks, warming -> warming.compiling);
    findings.figures(
        "warm-up share",
        forks.stream().map(f -> f.warming.excess(steps) / f.warming.total).toList());
    List<List<String>> cells =
        List.of(
            List.of("runs", "together", "a steady one", "warm-up", "share", "compilers worked"),
            List.of(
                "the first " + steps,
                Format.time(total),
                Format.time(steady),
                Format.time(excess),
                Format.percent(share),
                Format.time(compiling)));
    findings.add(
        "Warm-up of the first program",
        cells,
        List.of(),
        "Warm-up: what the runs took beyond as many of the median of their second half. Compilers"
            + " work on threads of their own, beside the runs.");
  }

  private static double together(Worker.Ready ready) {
    return (double) ready.tracing() + ready.fusing() + ready.generating();
  }

  private static double median(
      List<Fork> forks, int program, ToDoubleFunction<Worker.Ready> figure) {
    return Statistics.median(
        forks.stream().map(f -> figure.applyAsDouble(f.programs.get(program))).toList());
  }

  private static double median(List<Fork> forks, ToDoubleFunction<Warming> figure) {
    return Statistics.median(forks.stream().map(f -> figure.applyAsDouble(f.warming)).toList());
  }
}
