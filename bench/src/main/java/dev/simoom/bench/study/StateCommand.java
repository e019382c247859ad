package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simoom bench state}. */
@Command(
    name = "state",
    header = "Measure what optimizer state in fewer bytes does to the loss.",
    description = {
      "%nTrains a small language model by AdEMAMix (beta3 0.9999, alpha 8) on sequences that are"
          + " drawn anew for each step, once for each format of the moments and each seed. The"
          + " loss is the mean over the last tenth of the steps, on batches not seen before.%n"
    })
public final class StateCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of each run, 10 or more. Default: ${DEFAULT-VALUE}.")
  private int steps = 1000;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Runs of each format, 2 or more. Default: ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Beside F32 only formats with this in their names, such as 'stochastic'.")
  private String only = "";

  @Override
  public Integer call() throws IOException {
    options.require(steps >= 10, "--steps must be 10 or more, got " + steps);
    options.require(seeds >= 2, "--seeds must be 2 or more, got " + seeds);
    options.require(options.threads() >= 1, "--threads must be 1 or more");
    State state = new State(steps, seeds, only, options::progress);
    return options.show(
        new Effort(1, seeds, 0, 0, 0),
        () -> Engine.with(Backend.simd(options.threads()), state::measure));
  }
}
