package dev.simoom.bench.ladder;

import dev.simoom.bench.suite.OutputOptions;
import dev.simoom.bench.suite.Surroundings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simoom bench ladder}: what each step from plain loops to our kernels is worth. */
@Command(
    name = "ladder",
    header = "Show what each step from plain loops to Simoom's kernels is worth.",
    description = {
      "%nComputes a matrix product, or attention, in ever better ways, checks that all give the"
          + " same, and times them in alternating rounds beside the peak of multiply-adds of this"
          + " machine. bench/ladders explains the steps.%n"
    },
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false)
public final class LadderCommand implements Callable<Integer> {
  private static final int MATMUL_SIZE = 1000;
  private static final int ATTENTION_SIZE = 1024;
  private static final int MOST = 16384;

  /** What there are ladders for. */
  enum Kind {
    /** A square matrix product. */
    MATMUL,
    /** Attention. */
    ATTENTION
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "matmul|attention",
      description = "One ladder. Default: both.")
  private @Nullable Kind kind;

  @Option(
      names = "--size",
      paramLabel = "N",
      description =
          "Rows and columns of the matrices, or positions that attend to each other. Default:"
              + " 1000, and 1024.")
  private @Nullable Integer size;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Heads of attention. Default: ${DEFAULT-VALUE}.")
  private int heads = 4;

  @Option(
      names = "--head-size",
      paramLabel = "N",
      description = "Features of each head. Default: ${DEFAULT-VALUE}.")
  private int headSize = 64;

  @Option(
      names = "--full",
      description = "Let all positions see each other, not only those before them.")
  private boolean full;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the last rung. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds; slow rungs are timed in every third. Default: ${DEFAULT-VALUE}.")
  private int rounds = 9;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    require("--size", size == null ? 1 : size, MOST);
    require("--heads", heads, MOST);
    require("--head-size", headSize, MOST);
    require("--threads", threads, MOST);
    require("--rounds", rounds, MOST);
    PrintWriter out = spec.commandLine().getOut();
    if (kind != Kind.ATTENTION) {
      int n = size == null ? MATMUL_SIZE : size;
      climb(Ladder.matmul(n, n, n, threads), out);
    }
    if (kind != Kind.MATMUL) {
      int time = size == null ? ATTENTION_SIZE : size;
      climb(Ladder.attention(heads, time, headSize, !full, threads), out);
    }
    out.println(Surroundings.summary());
    out.flush();
    return 0;
  }

  private void climb(Ladder ladder, PrintWriter out) {
    try (ladder) {
      out.println(
          LadderTable.of(ladder.title(), new Climb(rounds, this::progress).measure(ladder)));
      out.flush();
    }
  }

  private void progress(String what) {
    output.progress(spec, what);
  }

  private void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s must be from 1 to %d, got %d".formatted(option, most, value));
    }
  }
}
