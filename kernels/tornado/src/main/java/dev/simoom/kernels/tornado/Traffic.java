package dev.simoom.kernels.tornado;

import uk.ac.manchester.tornado.api.TornadoProfilerResult;

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
  private boolean profiled;
  private long profiledIn;
  private long profiledOut;
  private long profiledKernelNanos;

  void begin() {
    profiledIn = 0;
    profiledOut = 0;
    profiledKernelNanos = 0;
  }

  /** Adds what TornadoVM counted itself while it ran one of the graphs. */
  void profiled(TornadoProfilerResult result) {
    profiled = true;
    profiledIn += result.getTotalBytesCopyIn();
    profiledOut += result.getTotalBytesCopyOut();
    profiledKernelNanos += result.getDeviceKernelTime();
  }

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

  /** Some lines for people. */
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
            .formatted(travellingBytes, uploads, uploadedBytes, downloads, downloadedBytes)
        + (profiled ? profile() : "");
  }

  private String profile() {
    return "  profile of the last run: %,d bytes to the device, %,d bytes from it, %,d us in kernels%n"
        .formatted(profiledIn, profiledOut, profiledKernelNanos / 1000);
  }
}
