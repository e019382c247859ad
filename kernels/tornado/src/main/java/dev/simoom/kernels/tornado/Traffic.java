package dev.simoom.kernels.tornado;

/** Counts what moves between host and device, and how long tasks take. */
final class Traffic {
  private long runs;
  private long lastRunNanos;
  private long bestRunNanos = Long.MAX_VALUE;
  private long uploads;
  private long uploadedBytes;
  private long downloads;
  private long downloadedBytes;
  private long travellingBytes;

  void ran(long nanos, long travelling) {
    runs++;
    lastRunNanos = nanos;
    bestRunNanos = Math.min(bestRunNanos, nanos);
    travellingBytes += travelling;
  }

  void upload(long bytes) {
    uploads++;
    uploadedBytes += bytes;
  }

  void download(long bytes) {
    downloads++;
    downloadedBytes += bytes;
  }

  /** One or two lines for people. */
  String explain(int tasks, int graphs, long deviceBytes) {
    String size =
        "Device: %d tasks in %d graph%s, %,d bytes of memory%n"
            .formatted(tasks, graphs, graphs == 1 ? "" : "s", deviceBytes);
    if (runs == 0) {
      return size;
    }
    return size
        + "  last run %,d us, fastest %,d us (%.1f us a task); %d runs%n"
            .formatted(
                lastRunNanos / 1000,
                bestRunNanos / 1000,
                bestRunNanos / 1000.0 / Math.max(1, tasks),
                runs)
        + "  moved: with the runs %,d bytes to the device; besides, to it %,d times %,d bytes, from it %,d times %,d bytes%n"
            .formatted(travellingBytes, uploads, uploadedBytes, downloads, downloadedBytes);
  }
}
