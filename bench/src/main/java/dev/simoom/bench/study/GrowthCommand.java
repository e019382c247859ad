package dev.simoom.bench.study;

import dev.simoom.bench.suite.Effort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simoom bench growth}. */
@Command(
    name = "growth",
    header = "Measure how time and memory grow with the size of a problem.",
    description = {
      "%nProducts of square matrices should take the same time for each operation at every size,"
          + " attention time with the square of the positions and memory with the positions, and a"
          + " sparse autoencoder's step should grow no faster than its encoder's product.%n"
    })
public final class GrowthCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description = "Only this, repeatable: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<GrowthPart> parts = EnumSet.noneOf(GrowthPart.class);

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description = "Other sizes, with commas, for a single --part; the smallest first.")
  private List<Integer> sizes = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--warm-millis",
      paramLabel = "N",
      description = "Run each size for this long at most before. Default: ${DEFAULT-VALUE}.")
  private long warmMillis = 3000;

  @Override
  public Integer call() throws IOException {
    options.require(rounds >= 1, "--rounds must be 1 or more, got " + rounds);
    options.require(
        sizes.isEmpty() || parts.size() == 1, "--sizes says nothing without a single --part");
    for (int i = 0; i < sizes.size(); i++) {
      int least = i == 0 ? 64 : sizes.get(i - 1) + 1;
      options.require(sizes.get(i) >= least, "--sizes: " + sizes.get(i) + " is less than " + least);
    }
    Effort effort = new Effort(1, rounds, 30, 250, warmMillis);
    Growth growth = new Growth(options.threads(), effort, options::progress);
    return options.show(
        effort,
        () -> {
          Findings findings = new Findings();
          for (GrowthPart part : parts.isEmpty() ? EnumSet.allOf(GrowthPart.class) : parts) {
            growth.measure(part, sizes.isEmpty() ? part.sizes() : sizes, findings);
          }
          return findings;
        });
  }
}
