package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.work.Work;
import dev.simoom.bench.work.Works;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simoom bench fresh}. */
@Command(
    name = "fresh",
    header = "Measure whether some JVMs are slower than others.",
    description = {
      "%nCompilers decide anew in each JVM, and a method that they give up on stays slow for good."
          + " Starts a row of fresh JVMs for each work; each warms up and times a few rounds,"
          + " which takes two minutes for each work.%n"
    })
public final class FreshCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;

  @Option(
      names = "--work",
      paramLabel = "NAME",
      description = "A work of 'simoom bench --list', repeatable. Default: ${DEFAULT-VALUE}.",
      defaultValue = "matmul 512,attention B8 H4 T256 D64 causal fwd+bwd,AdEMAMix step 8 M",
      split = ",")
  private List<String> works = List.of();

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "Fresh JVMs for each work. Default: ${DEFAULT-VALUE}.")
  private int forks = 20;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds in each. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--warm-millis",
      paramLabel = "N",
      description = "Run each for this long at most before. Default: ${DEFAULT-VALUE}.")
  private long warmMillis = 2000;

  @Override
  public Integer call() throws IOException {
    options.require(forks >= 1, "--forks must be 1 or more, got " + forks);
    options.require(rounds >= 1, "--rounds must be 1 or more, got " + rounds);
    List<Work> chosen = works.stream().map(name -> named(name, options)).toList();
    Effort effort = new Effort(forks, rounds, 30, 200, warmMillis);
    Fresh fresh = new Fresh(options.threads(), effort, options::progress);
    return options.show(effort, () -> fresh.measure(chosen));
  }

  /** The work of a name that a user gave. */
  static Work named(String name, StudyOptions options) {
    try {
      return Works.named(name);
    } catch (NoSuchElementException e) {
      options.require(false, "--work: " + e.getMessage() + "; 'simoom bench --list' shows all");
      throw e;
    }
  }
}
