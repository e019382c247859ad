package dev.simoom.bench.suite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One prepared work on one worker: warms it up and times its rounds. */
public final class Side {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double SETTLED = 0.05;

  /** Vectors are objects until a method is compiled, so whoever allocates much is not warm yet. */
  private static final long FEW_BYTES = 64 << 10;

  private static final int LOOKED_AT = 4;

  private final Worker worker;
  private final String key;
  private final List<Double> nanosPerCall = new ArrayList<>();
  private int calls = 1;
  private double allocated = Double.POSITIVE_INFINITY;

  /** A work that was prepared on a worker under a key. */
  public Side(Worker worker, String key) {
    this.worker = worker;
    this.key = key;
  }

  /**
   * Runs until times settle, and chooses how many calls make a round.
   *
   * @throws IOException if the worker ended
   */
  public void warmUp(Effort effort) throws IOException {
    long start = System.nanoTime();
    List<Double> seen = new ArrayList<>();
    while (true) {
      Worker.Round round = worker.round(key, calls);
      seen.add((double) round.nanos() / calls);
      long millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
      boolean warm =
          millis >= effort.leastWarmMillis()
              && isSettled(seen)
              && round.allocated() <= FEW_BYTES * calls;
      calls = calls(seen.getLast(), warm ? effort.roundMillis() : effort.roundMillis() / 2);
      if (warm || millis >= effort.mostWarmMillis()) {
        calls = calls(seen.getLast(), effort.roundMillis());
        return;
      }
    }
  }

  private static int calls(double nanosEach, long millis) {
    return (int) Math.clamp(Math.ceil(millis * NANOS_PER_MILLI / Math.max(1, nanosEach)), 1, 1e8);
  }

  private static boolean isSettled(List<Double> seen) {
    if (seen.size() < LOOKED_AT) {
      return false;
    }
    List<Double> last = seen.subList(seen.size() - LOOKED_AT, seen.size());
    double least = last.stream().min(Double::compare).orElseThrow();
    double most = last.stream().max(Double::compare).orElseThrow();
    return most - least < SETTLED * least;
  }

  /**
   * Times one round.
   *
   * @throws IOException if the worker ended
   */
  public void time() throws IOException {
    Worker.Round round = worker.round(key, calls);
    nanosPerCall.add((double) round.nanos() / calls);
    allocated = Math.min(allocated, (double) round.allocated() / calls);
  }

  /** The time of a call in each round so far. */
  public List<Double> nanosPerCall() {
    return List.copyOf(nanosPerCall);
  }

  /** Bytes that a call allocated in the round that allocated least: not what compilers did. */
  public double allocated() {
    return allocated;
  }

  void release() throws IOException {
    worker.release(key);
  }
}
