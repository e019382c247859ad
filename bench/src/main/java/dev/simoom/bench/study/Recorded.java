package dev.simoom.bench.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Launches of kernels as a flight recording has them.
 *
 * @param nanos of a run as a whole, under the recording
 * @param kernels by name, of one run
 */
record Recorded(double nanos, Map<String, Launches> kernels) {
  static final String EVENT = "dev.simoom.Kernel";

  /**
   * Launches of kernels of one name in one run.
   *
   * @param count how many there are
   * @param own nanoseconds in their chunks, shared out evenly
   * @param whole nanoseconds from start to end, hand-off and waiting included
   * @param operations floating-point operations
   * @param traffic bytes to be moved at the least
   */
  record Launches(double count, double own, double whole, double operations, double traffic) {
    static final Launches NONE = new Launches(0, 0, 0, 0, 0);

    /** The one that an event tells of. */
    static Launches of(RecordedEvent event) {
      return new Launches(
          1,
          event.getLong("ownTime"),
          event.getDuration().toNanos(),
          event.getLong("operations"),
          event.getLong("traffic"));
    }

    Launches plus(Launches other) {
      return new Launches(
          count + other.count,
          own + other.own,
          whole + other.whole,
          operations + other.operations,
          traffic + other.traffic);
    }

    Launches over(double runs) {
      return new Launches(
          count / runs, own / runs, whole / runs, operations / runs, traffic / runs);
    }
  }

  /** Records some runs, after one that does not count, for it starts the recording's own work. */
  static Recorded of(Runnable work, int runs) throws IOException {
    Path file = Files.createTempFile("simoom-step", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(EVENT);
      recording.start();
      work.run();
      long start = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        work.run();
      }
      double nanos = (double) (System.nanoTime() - start) / runs;
      recording.stop();
      recording.dump(file);
      return new Recorded(nanos, perRun(RecordingFile.readAllEvents(file), runs));
    } finally {
      Files.delete(file);
    }
  }

  /** Sums by kernel, over the runs that follow the first one. */
  private static Map<String, Launches> perRun(List<RecordedEvent> events, int runs) {
    List<RecordedEvent> launches =
        events.stream()
            .filter(event -> event.getEventType().getName().equals(EVENT))
            .sorted(Comparator.comparing(RecordedEvent::getStartTime))
            .toList();
    Map<String, Launches> sums = new LinkedHashMap<>();
    for (RecordedEvent event : launches.subList(launches.size() / (runs + 1), launches.size())) {
      sums.merge(event.getString("kernel"), Launches.of(event), Launches::plus);
    }
    sums.replaceAll((_, sum) -> sum.over(runs));
    return sums;
  }

  /** All kernels together. */
  Launches together() {
    return kernels.values().stream().reduce(Launches.NONE, Launches::plus);
  }

  /** The nanoseconds of a kind of kernel in chunks, in each of some recordings. */
  static List<Double> own(List<Recorded> recordings, String kernel) {
    List<Double> own = new ArrayList<>();
    recordings.forEach(r -> own.add(r.kernels.getOrDefault(kernel, Launches.NONE).own));
    return own;
  }
}
