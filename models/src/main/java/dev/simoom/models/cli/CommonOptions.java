package dev.simoom.models.cli;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import picocli.CommandLine.Option;

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
      description = "Say nothing but errors and the folder of the results.")
  private boolean quiet;

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
  void apply() {
    Engine.use(Backend.simd(threads));
  }
}
