package dev.simoom.bench.suite;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Finds out about machine, JVM and sources. */
public final class Surroundings {
  /** System property: the commit of classes that are no checkout. */
  private static final String COMMIT = "simoom.commit";

  private Surroundings() {}

  /** Processes that wanted to run, over the last minute. */
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /**
   * The conditions of a run that ends now.
   *
   * @param peer name and version of the peer, or why there is none
   * @param loadBefore the load when it began
   */
  public static Conditions conditions(Effort effort, String peer, double loadBefore) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Conditions(
        processor(),
        system.getAvailableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor.version") + " " + Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        commit(),
        ZonedDateTime.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
        peer,
        loadBefore,
        load(),
        effort,
        "");
  }

  /** Machine, JVM and commit in one line. */
  public static String summary() {
    return "%s, %d processors; JDK %s; commit %s"
        .formatted(
            processor(), Runtime.getRuntime().availableProcessors(), Runtime.version(), commit());
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String commit() {
    String told = System.getProperty(COMMIT);
    if (told != null) {
      return told;
    }
    String commit = git("rev-parse", "--short=12", "HEAD");
    return commit.isEmpty() || git("status", "--porcelain").isEmpty() ? commit : commit + "+";
  }

  private static String git(String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = "git";
    command[1] = "-C";
    command[2] = System.getProperty("simoom.home", ".");
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      byte[] output = process.getInputStream().readAllBytes();
      return process.waitFor() == 0 ? new String(output, StandardCharsets.UTF_8).strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
