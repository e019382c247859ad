package dev.simoom.models.cli;

import dev.simoom.kernels.BackendException;
import dev.simoom.tensor.Engine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that every command takes, and how its help is laid out. */
@Command(
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    abbreviateSynopsis = true,
    sortOptions = false)
final class CommonOptions {
  @Option(
      names = "--seed",
      order = 99,
      paramLabel = "N",
      description =
          "Seed of everything random; an evaluation draws nothing. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--threads",
      order = 100,
      paramLabel = "N",
      description = "Threads to compute on; results do not depend on it. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--backend",
      order = 100,
      paramLabel = "NAME",
      description =
          "What computes: simd, tornado (see 'simoom devices') or auto, which is a GPU if there is"
              + " one. Default: ${DEFAULT-VALUE}.")
  private BackendChoice backend = BackendChoice.SIMD;

  @Option(
      names = "--device",
      order = 100,
      paramLabel = "N",
      description = "Which device of the backend. Default: ${DEFAULT-VALUE}.")
  private int device;

  @Option(
      names = {"-q", "--quiet"},
      order = 101,
      description = "Say nothing but errors and the result.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      order = 103,
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
    if (device != 0 && backend != BackendChoice.TORNADO) {
      refuse(command, "--device is for --backend tornado; leave it out");
    }
    try {
      Engine.use(backend.open(device, threads));
    } catch (BackendException e) {
      if (backend == BackendChoice.SIMD) {
        // No argument is wrong: the JVM or the processor is.
        throw e;
      }
      refuse(command, "--backend " + backend.label() + ": " + e.getMessage());
    }
  }

  /** Ends the command with a complaint about its arguments. */
  static void refuse(CommandLine command, String complaint) {
    throw new ParameterException(command, complaint);
  }
}
