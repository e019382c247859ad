package dev.simoom.bench.suite;

import java.util.List;
import java.util.Map;

/**
 * The result of one work.
 *
 * @param work its name
 * @param family its family
 * @param threads threads of both sides
 * @param flops operations of one call
 * @param bytes traffic of one call at the least
 * @param nanos time of a call of ours
 * @param first time of the first call in a JVM that has not done this work before
 * @param allocated bytes that a call of ours allocates
 * @param bound the ceiling that limits it, or empty
 * @param share time at that ceiling over the time taken
 * @param slowestFork speed of the slowest fork over that of the median
 * @param forks nanoseconds of a call of ours by fork and round
 * @param peers what was measured of each variant of the peer
 * @param remarks why something is missing, by variant
 */
public record Row(
    String work,
    String family,
    int threads,
    double flops,
    double bytes,
    Figure nanos,
    double first,
    double allocated,
    String bound,
    double share,
    double slowestFork,
    List<List<Double>> forks,
    Map<String, Peer> peers,
    Map<String, String> remarks) {

  /**
   * One variant of a peer.
   *
   * @param nanos time of its call
   * @param ratio its time over ours, round by round: above 1 we are faster
   */
  public record Peer(double nanos, Figure ratio) {}
}
