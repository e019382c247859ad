package dev.simoom.bench.suite;

import dev.simoom.bench.work.CeilingWorks;
import dev.simoom.bench.work.DeviceWorks;
import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Prepared;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this machine can do at most, as measured in the same run. */
public final class Ceilings {
  private static final int TRIES = 10;

  /** Rates in FLOP/s or bytes/s, by number of threads and name. */
  private final Map<Integer, Map<String, Double>> rates = new HashMap<>();

  /**
   * Which ceiling limits a work, and the least time it allows.
   *
   * @param name what the ceiling is a ceiling of
   * @param nanos the least time of the work in nanoseconds
   */
  public record Bound(String name, double nanos) {
    private static final Bound NONE = new Bound("", 0);
  }

  /** Ceilings of the processor on so many threads of this JVM, measured in about a second. */
  public static Ceilings measured(int threads) {
    Ceilings ceilings = new Ceilings();
    Engine.with(
        Backend.simd(threads),
        () -> {
          Works.of(Family.CEILING).forEach(work -> ceilings.measure(work, threads));
          return null;
        });
    return ceilings;
  }

  private void measure(Work work, int threads) {
    long best = Long.MAX_VALUE;
    try (Prepared prepared = work.prepare()) {
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        prepared.run();
        best = Math.min(best, System.nanoTime() - start);
      }
    }
    // A ceiling's figures are those of one thread, and each thread does them.
    double amount = threads * Math.max(work.flops(), work.bytes());
    put(work.name(), threads, amount, best);
  }

  private void put(String name, int threads, double amount, double nanos) {
    rates.computeIfAbsent(threads, t -> new HashMap<>()).put(name, 1e9 * amount / nanos);
  }

  /**
   * Notes what a ceiling work achieved in its best round, for that is what the machine can do; or
   * what a peer achieved, if that is more.
   */
  void add(Row row) {
    Stream<Double> ours = row.forks().stream().flatMap(List::stream);
    Stream<Double> theirs = row.peers().values().stream().map(Row.Peer::nanos);
    double nanos = Stream.concat(ours, theirs).min(Double::compare).orElseThrow();
    double amount = row.flops() > 0 ? row.flops() : row.bytes();
    put(row.work(), row.threads(), amount, nanos);
  }

  /** The rate of a ceiling, or 0 where it was not measured. */
  double rate(String name, int threads) {
    return rates.getOrDefault(threads, Map.of()).getOrDefault(name, 0.0);
  }

  /** The ceiling that limits a work most; on a device copies limit works of memory alone. */
  Bound boundOf(Work work, int threads) {
    if (work.family() == Family.CEILING) {
      return Bound.NONE;
    }
    double device = rate(DeviceWorks.COPY, threads);
    if (device > 0) {
      return work.flops() > 0
          ? Bound.NONE
          : new Bound(DeviceWorks.COPY, nanos(work.bytes(), device));
    }
    return boundOf(work.flops(), work.bytes(), threads);
  }

  /** The ceiling of the processor that limits so many operations on so many bytes most. */
  public Bound boundOf(double flops, double bytes, int threads) {
    String copy = CeilingWorks.copyFor(bytes, threads);
    Bound memory = new Bound(copy, nanos(bytes, rate(copy, threads)));
    Bound compute = new Bound(CeilingWorks.FMA, nanos(flops, rate(CeilingWorks.FMA, threads)));
    return List.of(memory, compute).stream()
        .filter(bound -> bound.nanos > 0)
        .max((a, b) -> Double.compare(a.nanos, b.nanos))
        .orElse(Bound.NONE);
  }

  private static double nanos(double amount, double rate) {
    return rate > 0 ? 1e9 * amount / rate : 0;
  }
}
