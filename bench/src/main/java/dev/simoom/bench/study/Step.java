package dev.simoom.bench.study;

import dev.simoom.bench.study.Recorded.Launches;
import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.Format;
import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** A step as a whole beside its kernels. */
final class Step {
  private static final double SLOWER = 1.15;
  private static final double SMALL = 0.005;
  private static final double INTENSE = 4;

  private final Work work;
  private final int threads;
  private final Effort effort;
  private final Consumer<String> progress;

  /**
   * What was measured.
   *
   * @param nanos of a step as a whole in each round, with no recording
   * @param recordings of each round
   * @param alone nanoseconds of all launches of a kind of kernel, each alone, in each round
   */
  record Rounds(List<Double> nanos, List<Recorded> recordings, Map<String, List<Double>> alone) {
    double whole() {
      return Statistics.median(nanos);
    }

    double recorded(ToDoubleFunction<Recorded> figure) {
      return Statistics.median(recordings.stream().map(figure::applyAsDouble).toList());
    }

    /** The medians of all kinds of kernels alone, added up. */
    double aloneTogether() {
      return alone.values().stream().mapToDouble(Statistics::median).sum();
    }

    /** Kinds of kernels, those first that take most time in the step. */
    List<String> kinds() {
      Comparator<String> byTime =
          Comparator.comparingDouble(kernel -> Statistics.median(Recorded.own(recordings, kernel)));
      return recordings.getFirst().kernels().keySet().stream().sorted(byTime.reversed()).toList();
    }
  }

  Step(Work work, int threads, Effort effort, Consumer<String> progress) {
    this.work = work;
    this.threads = threads;
    this.effort = effort;
    this.progress = progress;
  }

  /** Measures, and shows all kinds of kernels or those that matter. */
  Findings measure(boolean all) throws IOException {
    Backend before = Engine.backend();
    Backend backend = Backend.simd(threads);
    Engine.use(backend);
    Map<Kernel, Integer> counts = new LinkedHashMap<>();
    Map<Kernel, Alone> alone = new LinkedHashMap<>();
    try (Prepared prepared = work.prepare()) {
      prepared.kernels().forEach(kernel -> counts.merge(kernel, 1, Integer::sum));
      counts.keySet().forEach(kernel -> alone.put(kernel, new Alone(kernel, backend)));
      return findings(rounds(prepared, counts, alone), all);
    } finally {
      alone.values().forEach(Alone::close);
      Engine.use(before);
    }
  }

  private Rounds rounds(Prepared prepared, Map<Kernel, Integer> counts, Map<Kernel, Alone> alone)
      throws IOException {
    progress.accept("warming up");
    double each = warmUp(prepared, alone);
    int runs = (int) Math.clamp(Math.ceil(1e6 * effort.roundMillis() / each), 3, 1_000_000);
    Rounds rounds = new Rounds(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    for (int round = 1; round <= effort.rounds(); round++) {
      progress.accept("round %d of %d".formatted(round, effort.rounds()));
      rounds.nanos.add(time(prepared, runs));
      rounds.recordings.add(Recorded.of(prepared::run, runs));
      Map<String, Double> sums = new TreeMap<>();
      alone.forEach(
          (kernel, one) -> sums.merge(kernel.name(), counts.get(kernel) * one.time(), Double::sum));
      sums.forEach(
          (name, nanos) -> rounds.alone.computeIfAbsent(name, _ -> new ArrayList<>()).add(nanos));
    }
    return rounds;
  }

  /** Warms up all that is timed, and gives the nanoseconds of a step. */
  private double warmUp(Prepared prepared, Map<Kernel, Alone> alone) throws IOException {
    long end = System.nanoTime() + 1_000_000 * effort.leastWarmMillis();
    double each;
    do {
      time(prepared, 3);
      Recorded unused = Recorded.of(prepared::run, 3);
      alone.values().forEach(Alone::time);
      each = time(prepared, 3);
    } while (System.nanoTime() < end);
    return each;
  }

  private static double time(Prepared prepared, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      prepared.run();
    }
    return (double) (System.nanoTime() - start) / runs;
  }

  Findings findings(Rounds rounds, boolean all) {
    Findings findings = new Findings();
    kernels(rounds, all, findings);
    sums(rounds, findings);
    findings.figures("step nanos", rounds.nanos);
    findings.figures(
        "kernels' own nanos", rounds.recordings.stream().map(r -> r.together().own()).toList());
    return findings;
  }

  private void kernels(Rounds rounds, boolean all, Findings findings) {
    double step = rounds.recorded(Recorded::nanos);
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("kernel", "launches", "in the step", "share", "rate", "alone"));
    int kinds = 0;
    double launches = 0;
    double own = 0;
    double alone = 0;
    for (String kernel : rounds.kinds()) {
      Launches first = rounds.recordings.getFirst().kernels().get(kernel);
      double nanos = Statistics.median(Recorded.own(rounds.recordings, kernel));
      double single = Statistics.median(rounds.alone.getOrDefault(kernel, List.of(Double.NaN)));
      if (all || nanos >= SMALL * step) {
        cells.add(line(kernel, first.count(), nanos, step, rate(first, nanos), single));
      } else {
        kinds++;
        launches += first.count();
        own += nanos;
        alone += single;
      }
    }
    if (kinds > 0) {
      cells.add(line(kinds + " other kinds", launches, own, step, "", alone));
    }
    findings.add(
        "Kernels of '%s', %s".formatted(work, Format.threads(threads)),
        cells,
        List.of(),
        "In the step: time in the kernel's chunks as recorded while the step ran, divided by the"
            + " threads that could share them. Alone: each launch again and again on memory of its"
            + " own, hand-off to the threads included, its memory in cache as far as it fits.");
  }

  private static List<String> line(
      String what, double launches, double own, double step, String rate, double alone) {
    return List.of(
        what,
        Long.toString(Math.round(launches)),
        Format.time(own),
        "%.1f %%".formatted(100 * own / step),
        rate,
        Format.time(alone));
  }

  /** GFLOP/s of kernels that compute much on what they load, GB/s of others. */
  static String rate(Launches launches, double nanos) {
    return launches.operations() > INTENSE * launches.traffic()
        ? Format.digits(launches.operations() / nanos) + " GFLOP/s"
        : Format.digits(launches.traffic() / nanos) + " GB/s";
  }

  private static void sums(Rounds rounds, Findings findings) {
    double whole = rounds.whole();
    double recorded = rounds.recorded(Recorded::nanos);
    double own = rounds.recorded(r -> r.together().own());
    double launched = rounds.recorded(r -> r.together().whole());
    double alone = rounds.aloneTogether();
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("", "time", "of the step"));
    cells.add(sum("step", whole, whole));
    cells.add(sum("step while recorded", recorded, whole));
    cells.add(sum("  its kernels' own times", own, whole));
    cells.add(sum("  hand-off and waiting within launches", launched - own, whole));
    cells.add(sum("  between launches: task setup, recording", recorded - launched, whole));
    cells.add(sum("its kernels alone", alone, whole));
    findings.add(
        "The step and the sum of its kernels",
        cells,
        List.of(
            Bar.atMost("step over the sum of its kernels' own times", whole / own, SLOWER, ""),
            Bar.atMost("step over the sum of its kernels alone", whole / alone, SLOWER, "")),
        "between kernels: %.1f %%".formatted(100 * (whole - own) / whole));
  }

  private static List<String> sum(String what, double nanos, double whole) {
    return List.of(what, Format.time(nanos), "%.1f %%".formatted(100 * nanos / whole));
  }
}
