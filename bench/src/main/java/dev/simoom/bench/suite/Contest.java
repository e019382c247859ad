package dev.simoom.bench.suite;

import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Measures one work in one fork: all sides in alternating rounds, in random order. */
final class Contest {
  private static final long PAUSE_MILLIS = 5;

  private final Effort effort;
  private final Worker ours;
  private final List<Opponent> opponents;
  private final Random order;

  Contest(Effort effort, Worker ours, List<Opponent> opponents, long seed) {
    this.effort = effort;
    this.ours = ours;
    this.opponents = opponents;
    this.order = new Random(seed);
  }

  ForkResult measure(Work work) throws IOException {
    Map<String, String> remarks = new LinkedHashMap<>();
    SequencedMap<String, Side> sides = new LinkedHashMap<>();
    try {
      Worker.Ready ready = ours.prepare(Worker.OURS, work);
      sides.put(Worker.OURS, new Side(ours, Worker.OURS));
      preparePeers(work, ready.samples(), sides, remarks);
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
      List<Double> own = peers.remove(Worker.OURS);
      return new ForkResult(own, peers, ready.first(), sides.get(Worker.OURS).allocated(), remarks);
    } finally {
      for (Side side : sides.sequencedValues().reversed()) {
        side.release();
      }
    }
  }

  private void preparePeers(
      Work work, List<Sample> expected, Map<String, Side> sides, Map<String, String> remarks)
      throws IOException {
    for (Opponent opponent : opponents) {
      for (String variant : opponent.variants().apply(work)) {
        try {
          prepare(work, variant, opponent.worker(), expected, sides, remarks);
        } catch (WorkerException e) {
          if (!e.isUnsupported()) {
            remarks.put(variant, e.getMessage());
          }
        }
      }
    }
  }

  private static void prepare(
      Work work,
      String variant,
      Worker worker,
      List<Sample> expected,
      Map<String, Side> sides,
      Map<String, String> remarks)
      throws IOException {
    List<Sample> got = worker.prepare(variant, work, variant).samples();
    String difference = Sample.difference(expected, got, work.tolerance());
    if (difference.isEmpty()) {
      sides.put(variant, new Side(worker, variant));
    } else {
      remarks.put(variant, "other results: " + difference);
      worker.release(variant);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
