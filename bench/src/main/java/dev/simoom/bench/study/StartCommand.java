package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simoom bench start}. */
@Command(
    name = "start",
    header = "Measure how long it takes until a traced program runs, and until it runs fast.",
    description = {
      "%nIn fresh JVMs: the phases of preparing a program, the first in the process and later ones"
          + " of the same kind with a model of their own, and how much longer its first runs take"
          + " than later ones.%n"
    })
public final class StartCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;

  @Option(
      names = "--work",
      paramLabel = "NAME",
      description = "A work of 'simoom bench --list'. Default: ${DEFAULT-VALUE}.")
  private String work = "language-model step default";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Runs whose time is looked at, 4 or more. Default: ${DEFAULT-VALUE}.")
  private int steps = 60;

  @Option(
      names = "--programs",
      paramLabel = "N",
      description = "Programs in each JVM, 2 or more. Default: ${DEFAULT-VALUE}.")
  private int programs = 8;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "Fresh JVMs, of which medians are taken. Default: ${DEFAULT-VALUE}.")
  private int forks = 3;

  @Override
  public Integer call() throws IOException {
    options.require(steps >= 4, "--steps must be 4 or more, got " + steps);
    options.require(programs >= 2, "--programs must be 2 or more, got " + programs);
    options.require(forks >= 1, "--forks must be 1 or more, got " + forks);
    Work chosen = FreshCommand.named(work, options);
    Start start = new Start(chosen, options.threads(), steps, programs);
    return options.show(new Effort(forks, 1, 0, 0, 0), () -> start.run(forks, options::progress));
  }
}
