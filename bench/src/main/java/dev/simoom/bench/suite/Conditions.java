package dev.simoom.bench.suite;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Under which conditions results came about.
 *
 * @param processor its model
 * @param processors hardware threads
 * @param memoryBytes of the machine
 * @param system name and version of the operating system
 * @param java version of the JVM
 * @param flags of the JVM
 * @param commit of the sources, with {@code +} where they were changed
 * @param date when the run began
 * @param peer name and version of the peer, or why there is none
 * @param loadBefore processes that wanted to run, over the last minute before the run
 * @param loadAfter the same at its end, itself included
 * @param effort time spent on each work
 * @param device what the works were done on, or empty for the processor
 */
public record Conditions(
    String processor,
    int processors,
    long memoryBytes,
    String system,
    String java,
    List<String> flags,
    String commit,
    String date,
    String peer,
    double loadBefore,
    double loadAfter,
    Effort effort,
    String device) {
  /** Results of old do not name a device. */
  public Conditions {
    device = Objects.requireNonNullElse(device, "");
  }

  /** The same on a device, or on the processor if empty. */
  Conditions on(String named) {
    return new Conditions(
        processor,
        processors,
        memoryBytes,
        system,
        java,
        flags,
        commit,
        date,
        peer,
        loadBefore,
        loadAfter,
        effort,
        named);
  }

  /** What did the works of so many threads. */
  String place(int threads) {
    return device.isEmpty() ? Format.threads(threads) : device;
  }

  /** Machine, system and Java version in a line. */
  public String machine() {
    return "%s, %d processors; %s; JDK %s".formatted(processor, processors, system, java);
  }

  /** Forks, rounds and the machine's load in a line. */
  String rounds() {
    return String.format(
        Locale.ROOT,
        "%d fork%s of %d rounds; load %.2f before, %.2f after",
        effort.forks(),
        effort.forks() == 1 ? "" : "s",
        effort.rounds(),
        loadBefore,
        loadAfter);
  }
}
