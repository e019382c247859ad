package dev.simoom.models.cli;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.oracle.BackendCheck;
import dev.simoom.kernels.oracle.BackendCheck.Agreement;
import dev.simoom.kernels.oracle.BackendCheck.Speed;
import dev.simoom.tensor.Engine;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simoom backend check}: every kernel against the reference, and how fast it is. */
@Command(
    name = "check",
    header = "Run every kernel on a backend against the reference.",
    description = {
      "%nRuns seeded random cases of every kind of kernel and compares results, and what must not"
          + " be written, with the reference; then times a large kernel of each kind. The first"
          + " thing to do on a new device.%n"
    })
final class BackendCheckCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final String AGREEMENT = "%-18s %9s  %11s%s%n";
  private static final String SPEED = "%-46s %12s  %12s  %s%n";

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "Random cases of each kind of kernel. Default: ${DEFAULT-VALUE}.")
  private int cases = 20;

  @Option(names = "--no-times", description = "Leave out the large kernels.")
  private boolean noTimes;

  @Override
  public Integer call() {
    if (cases < 1) {
      CommonOptions.refuse(spec.commandLine(), "--cases must be 1 or more, got " + cases);
    }
    common.apply(spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    Backend backend = Engine.backend();
    out.printf(AGREEMENT, "kernel", "passed", "worst error", "");
    List<Agreement> agreements =
        BackendCheck.agreements(backend, cases, common.seed(), a -> print(out, a));
    List<Speed> speeds = List.of();
    if (!noTimes) {
      out.println();
      out.printf(SPEED, "kernel", "time", "moves", "computes");
      speeds = BackendCheck.speeds(backend, s -> print(out, s));
    }
    boolean right =
        agreements.stream().allMatch(a -> a.passed() == a.cases())
            && speeds.stream().allMatch(s -> s.failure() == null);
    out.println();
    out.println(right ? "All kernels agree with the reference." : "Some kernels are wrong.");
    out.flush();
    return right ? 0 : FAILED;
  }

  private static void print(PrintWriter out, Agreement a) {
    String failure = a.failure() == null ? "" : "  " + a.failure();
    String passed = a.passed() + "/" + a.cases();
    out.printf(AGREEMENT, a.kind(), passed, "%.1e".formatted(a.worst()), failure);
    out.flush();
  }

  private static void print(PrintWriter out, Speed s) {
    if (s.failure() != null) {
      out.printf(SPEED, s.kernel(), "failed", "", s.failure());
    } else {
      String rate = s.flops() == 0 ? "" : "%.1f GFLOP/s".formatted((double) s.flops() / s.nanos());
      out.printf(
          SPEED,
          s.kernel(),
          "%,d us".formatted(s.nanos() / 1000),
          "%.1f GB/s".formatted((double) s.bytes() / s.nanos()),
          rate);
    }
    out.flush();
  }
}
