package dev.simoom.bench.ladder;

import dev.simoom.bench.suite.Statistics;
import dev.simoom.bench.work.CeilingWorks;
import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Measures the rungs of a ladder: checks that each computes what the first does, then runs all of
 * them, and the machine's peak of multiply-adds, in rounds whose order is drawn anew.
 */
final class Climb {
  private static final double TOLERANCE = 1e-4;
  private static final long WARM_NANOS = 500_000_000;
  private static final long ROUND_NANOS = 30_000_000;

  /** What takes longer has its turn in some rounds only: it would take most of the time. */
  private static final long SLOW_NANOS = 300_000_000;

  private static final int SLOW_EVERY = 3;

  /**
   * How often the peak has its turn in a round. It takes no time, and the more often it is tried,
   * the likelier it meets the machine at its fastest, as a ceiling should.
   */
  private static final int PEAK_TURNS = 5;

  private final Random order = new Random(1);
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * How one rung did.
   *
   * @param name of the rung
   * @param nanos median time of one run over the rounds
   * @param rate floating-point operations per second
   * @param share of the peak of multiply-adds on as many threads, measured in the same rounds
   * @param memory bytes that it needs beside operands and result
   */
  record Step(String name, double nanos, double rate, double share, long memory) {}

  /**
   * Something that is run in rounds.
   *
   * @param once how long one run took at last before the rounds
   * @param nanos how long one run took in each round
   */
  private record Timed(Runnable work, long once, List<Double> nanos) {
    boolean slow() {
      return once > SLOW_NANOS;
    }

    void round() {
      int calls = (int) Math.max(1, ROUND_NANOS / Math.max(1, once));
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        work.run();
      }
      nanos.add((double) (System.nanoTime() - start) / calls);
    }

    double best() {
      return Collections.min(nanos);
    }
  }

  /**
   * A way to measure.
   *
   * @param rounds how often each rung is timed, at least 1; slow ones a third as often
   * @param progress is told what happens
   */
  Climb(int rounds, Consumer<String> progress) {
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Measures a ladder.
   *
   * @throws IllegalStateException if a rung computes something else than the first
   */
  List<Step> measure(Ladder ladder) {
    Work peak = Works.named(CeilingWorks.FMA);
    SortedMap<Integer, Prepared> prepared = new TreeMap<>();
    try {
      for (Rung rung : ladder.rungs()) {
        prepared.computeIfAbsent(rung.threads(), t -> Engine.with(Backend.simd(t), peak::prepare));
      }
      return measure(ladder, peak.flops(), prepared);
    } finally {
      prepared.values().forEach(Prepared::close);
    }
  }

  private List<Step> measure(
      Ladder ladder, double peakFlops, SortedMap<Integer, Prepared> prepared) {
    List<Timed> rungs = warm(ladder);
    SortedMap<Integer, Timed> peaks = new TreeMap<>();
    prepared.forEach((threads, peak) -> peaks.put(threads, warm(peak::run)));
    List<Timed> all = new ArrayList<>(rungs);
    for (int turn = 0; turn < PEAK_TURNS; turn++) {
      all.addAll(peaks.values());
    }
    for (int round = 0; round < rounds; round++) {
      progress.accept("%s: round %d of %d".formatted(ladder.title(), round + 1, rounds));
      Collections.shuffle(all, order);
      for (Timed timed : all) {
        if (round % SLOW_EVERY == 0 || !timed.slow()) {
          timed.round();
        }
      }
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < rungs.size(); i++) {
      Rung rung = ladder.rungs().get(i);
      double nanos = Statistics.median(rungs.get(i).nanos);
      double rate = 1e9 * ladder.flops() / nanos;
      double ceiling = 1e9 * peakFlops * rung.threads() / peaks.get(rung.threads()).best();
      steps.add(new Step(rung.name(), nanos, rate, rate / ceiling, rung.memory()));
    }
    return steps;
  }

  private List<Timed> warm(Ladder ladder) {
    List<Timed> rungs = new ArrayList<>();
    float[] first = new float[0];
    for (Rung rung : ladder.rungs()) {
      progress.accept("%s: %s".formatted(ladder.title(), rung.name()));
      ladder.forget();
      rung.run();
      float[] result = ladder.result();
      if (rungs.isEmpty()) {
        first = result;
      }
      String difference = difference(first, result);
      if (!difference.isEmpty()) {
        throw new IllegalStateException(
            "%s: '%s' computes something else than '%s': %s"
                .formatted(
                    ladder.title(), rung.name(), ladder.rungs().getFirst().name(), difference));
      }
      rungs.add(warm(rung::run));
    }
    return rungs;
  }

  private static Timed warm(Runnable work) {
    long start = System.nanoTime();
    long last;
    do {
      long before = System.nanoTime();
      work.run();
      last = System.nanoTime() - before;
    } while (System.nanoTime() - start < WARM_NANOS);
    return new Timed(work, last, new ArrayList<>());
  }

  /** Where two results differ by more than rounding; empty where they do not. */
  static String difference(float[] first, float[] other) {
    float largest = 0;
    for (float value : first) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < first.length; i++) {
      if (!(Math.abs(first[i] - other[i]) <= TOLERANCE * largest)) {
        return "element %d is %.7g, not %.7g".formatted(i, other[i], first[i]);
      }
    }
    return "";
  }
}
