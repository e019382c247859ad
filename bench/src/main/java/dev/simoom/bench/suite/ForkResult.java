package dev.simoom.bench.suite;

import java.util.List;
import java.util.Map;

/**
 * What one fork measured of one work.
 *
 * @param ours nanoseconds of a call in each round
 * @param peers the same for each variant of a peer; round i of it ran beside round i of ours
 * @param first nanoseconds of our first call, in a JVM that has not done this work before
 * @param allocated bytes that a call of ours allocates
 * @param remarks why something is missing, by variant
 */
record ForkResult(
    List<Double> ours,
    Map<String, List<Double>> peers,
    double first,
    double allocated,
    Map<String, String> remarks) {
  /** Our time, and by how much each variant of a peer takes longer, in a line. */
  String brief() {
    double own = Statistics.median(ours);
    StringBuilder s = new StringBuilder(Format.time(own));
    peers.forEach(
        (variant, times) ->
            s.append(", %s / ours %.2f".formatted(variant, Statistics.median(times) / own)));
    return s.toString();
  }
}
