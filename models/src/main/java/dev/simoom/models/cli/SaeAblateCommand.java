package dev.simoom.models.cli;

import dev.simoom.models.job.SaeAblation;
import dev.simoom.models.run.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simoom sae ablate}: the experiment behind AuxK, the tied start and TopK. */
@Command(
    name = "ablate",
    header =
        "Compare autoencoders with and without AuxK, and with ReLU + L1, on a finished run's"
            + " model.",
    synopsisHeading = "%nUsage: ",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n")
final class SaeAblateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "DIR", description = "The folder of the run.")
  private Path folder;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Training steps of each autoencoder. Default: ${DEFAULT-VALUE}.")
  private long steps = 1500;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Autoencoders of each kind. Default: ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    CommonOptions.requireRun(spec.commandLine(), folder);
    new Settings(complaint -> CommonOptions.refuse(spec.commandLine(), complaint))
        .checkAblation(steps, seeds);
    Progress progress = Progress.standard(common.isQuiet());
    List<SaeAblation.Outcome> outcomes =
        SaeAblation.run(folder, steps, seeds, progress, common.threads());
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-24s %5s %8s %7s %13s %7s%n", "", "seed", "FVU", "L0", "never fired %", "dead %");
    for (SaeAblation.Outcome o : outcomes) {
      out.printf(
          "%-24s %5d %8.4f %7.1f %13.1f %7.1f%n",
          o.variant(), o.seed(), o.fvu(), o.l0(), 100 * o.neverFired(), 100 * o.dead());
    }
    out.flush();
    return 0;
  }
}
