package dev.simoom.bench.suite;

import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Measures one work in one fork: all sides in alternating rounds, in random order. */
final class Contest {
  private static final String OURS = "simoom";
  private static final long PAUSE_MILLIS = 5;

  private final Effort effort;
  private final Worker ours;
  private final @Nullable Worker peer;
  private final Random order;

  /**
   * A contest.
   *
   * @param peer null where there is none
   */
  Contest(Effort effort, Worker ours, @Nullable Worker peer, long seed) {
    this.effort = effort;
    this.ours = ours;
    this.peer = peer;
    this.order = new Random(seed);
  }

  ForkResult measure(Work work) throws IOException {
    Map<String, String> remarks = new LinkedHashMap<>();
    Map<String, Side> sides = prepare(work, remarks);
    try {
      for (Side side : sides.values()) {
        side.warmUp(effort);
      }
      List<Side> shuffled = new ArrayList<>(sides.values());
      for (int i = 0; i < effort.rounds(); i++) {
        Collections.shuffle(shuffled, order);
        for (Side side : shuffled) {
          pause();
          side.time();
        }
      }
      Map<String, List<Double>> peers = new LinkedHashMap<>();
      sides.forEach((variant, side) -> peers.put(variant, side.nanosPerCall()));
      List<Double> own = peers.remove(OURS);
      return new ForkResult(own, peers, sides.get(OURS).allocated(), remarks);
    } finally {
      for (Side side : sides.values()) {
        side.release();
      }
    }
  }

  private Map<String, Side> prepare(Work work, Map<String, String> remarks) throws IOException {
    Map<String, Side> sides = new LinkedHashMap<>();
    List<Sample> expected = ours.prepare(OURS, work, OURS);
    sides.put(OURS, new Side(ours, OURS));
    if (peer == null) {
      return sides;
    }
    for (String variant : work.peers()) {
      try {
        List<Sample> got = peer.prepare(variant, work, variant);
        String difference = Sample.difference(expected, got, work.tolerance());
        if (difference.isEmpty()) {
          sides.put(variant, new Side(peer, variant));
        } else {
          remarks.put(variant, "other results: " + difference);
          peer.release(variant);
        }
      } catch (WorkerException e) {
        remarks.put(variant, e.getMessage());
      }
    }
    return sides;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
