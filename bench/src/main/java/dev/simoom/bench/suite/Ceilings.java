package dev.simoom.bench.suite;

import dev.simoom.bench.work.CeilingWorks;
import dev.simoom.bench.work.DeviceWorks;
import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this machine can do at most, as measured in the same run. */
final class Ceilings {
  /** Rates in FLOP/s or bytes/s, by number of threads and name. */
  private final Map<Integer, Map<String, Double>> rates = new HashMap<>();

  /** Which ceiling limits a work, and the least time it allows. */
  record Bound(String name, double nanos) {
    private static final Bound NONE = new Bound("", 0);
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
    rates
        .computeIfAbsent(row.threads(), t -> new HashMap<>())
        .put(row.work(), 1e9 * amount / nanos);
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
    String copy = CeilingWorks.copyFor(work.bytes(), threads);
    Bound memory = new Bound(copy, nanos(work.bytes(), rate(copy, threads)));
    Bound compute =
        new Bound(CeilingWorks.FMA, nanos(work.flops(), rate(CeilingWorks.FMA, threads)));
    return List.of(memory, compute).stream()
        .filter(bound -> bound.nanos > 0)
        .max((a, b) -> Double.compare(a.nanos, b.nanos))
        .orElse(Bound.NONE);
  }

  private static double nanos(double amount, double rate) {
    return rate > 0 ? 1e9 * amount / rate : 0;
  }
}
