package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simoom bench step}. */
@Command(
    name = "step",
    header = "Measure which kernels a step spends its time in, and what is lost between them.",
    description = {
      "%nRuns a work as a whole, under a flight recording that notes each launch of a kernel, and"
          + " each of its kernels alone, in alternating rounds.%n"
    })
public final class StepCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;

  @Option(
      names = "--work",
      paramLabel = "NAME",
      description = "A work of 'simoom bench --list'. Default: ${DEFAULT-VALUE}.")
  private String work = "language-model step default";

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds. Default: ${DEFAULT-VALUE}.")
  private int rounds = 9;

  @Option(
      names = "--warm-millis",
      paramLabel = "N",
      description = "Run this long before. Default: ${DEFAULT-VALUE}.")
  private long warmMillis = 8000;

  @Option(
      names = "--all",
      description = "Show each kind of kernel, those below half a percent of the step too.")
  private boolean all;

  @Override
  public Integer call() throws IOException {
    options.require(rounds >= 1, "--rounds must be 1 or more, got " + rounds);
    Work chosen = FreshCommand.named(work, options);
    Effort effort = new Effort(1, rounds, 200, warmMillis, warmMillis);
    Step step = new Step(chosen, options.threads(), effort, options::progress);
    return options.show(effort, () -> step.measure(all));
  }
}
