package dev.simoom.bench.suite;

import dev.simoom.bench.work.Family;
import dev.simoom.bench.work.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes rows of what forks measured. */
final class Rows {
  private Rows() {}

  static Row of(Work work, int threads, List<ForkResult> forks, Ceilings.Bound bound) {
    List<List<Double>> ours = forks.stream().map(ForkResult::ours).toList();
    Figure nanos = Statistics.medianOf(ours);
    double slowest = ours.stream().mapToDouble(Statistics::median).max().orElseThrow();
    Map<String, Row.Peer> peers = new LinkedHashMap<>();
    Map<String, String> remarks = new LinkedHashMap<>();
    Set<String> variants = new LinkedHashSet<>();
    forks.forEach(fork -> variants.addAll(fork.peers().keySet()));
    for (String variant : variants) {
      List<ForkResult> both = forks.stream().filter(f -> f.peers().containsKey(variant)).toList();
      List<List<Double>> times = both.stream().map(f -> f.peers().get(variant)).toList();
      List<List<Double>> ratios = both.stream().map(f -> ratios(f, variant)).toList();
      double time = Statistics.medianOf(times).value();
      peers.put(variant, new Row.Peer(time, Statistics.medianOf(ratios)));
    }
    // The figures of a ceiling are those of one thread, and each thread does them.
    int times = work.family() == Family.CEILING ? threads : 1;
    forks.forEach(f -> remarks.putAll(f.remarks()));
    return new Row(
        work.name(),
        work.family().label(),
        threads,
        times * work.flops(),
        times * work.bytes(),
        nanos,
        Statistics.median(forks.stream().map(ForkResult::first).toList()),
        forks.stream().mapToDouble(ForkResult::allocated).max().orElseThrow(),
        bound.name(),
        bound.nanos() / nanos.value(),
        nanos.value() / slowest,
        ours,
        peers,
        remarks);
  }

  private static List<Double> ratios(ForkResult fork, String variant) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < fork.ours().size(); i++) {
      ratios.add(fork.peers().get(variant).get(i) / fork.ours().get(i));
    }
    return ratios;
  }
}
