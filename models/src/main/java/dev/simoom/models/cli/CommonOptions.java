package dev.simoom.models.cli;

import dev.simoom.kernels.Backend;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.tensor.Engine;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that every command takes. */
final class CommonOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute on; results do not depend on it. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but errors and the path of the report.")
  private boolean quiet;

  @Option(names = Failures.STACKTRACE, description = "Show where an error comes from.")
  private boolean stacktrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  long seed() {
    return seed;
  }

  int threads() {
    return threads;
  }

  boolean isQuiet() {
    return quiet;
  }

  /** Starts the backend that the options ask for. */
  void apply(CommandLine command) {
    new Settings(complaint -> refuse(command, complaint)).checkThreads(threads);
    Engine.use(Backend.simd(threads));
  }

  /** Refuses a folder that holds no run. */
  static void requireRun(CommandLine command, Path folder) {
    if (!RunDirectory.isRun(folder)) {
      refuse(command, "DIR: " + folder + " holds no run; name the --out of one");
    }
  }

  /** Ends the command with a complaint about its arguments. */
  static void refuse(CommandLine command, String complaint) {
    throw new ParameterException(command, complaint);
  }
}
