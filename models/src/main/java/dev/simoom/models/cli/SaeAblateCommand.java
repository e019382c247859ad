package dev.simoom.models.cli;

import dev.simoom.models.job.SaeAblation;
import dev.simoom.models.run.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simoom sae ablate}: the experiment behind AuxK, the tied start and TopK. */
@Command(
    name = "ablate",
    header = "Compare kinds of autoencoders on a finished run's language model.",
    description = {
      "%nTrains TopK autoencoders with and without their remedies for dead latents, the auxiliary"
          + " loss (AuxK) and the tied start, and autoencoders with ReLU and an L1 penalty that"
          + " leaves as many latents active. Prints a table of what they reach on held-out text"
          + " and writes it to ablation.json in the folder of the run. Takes about ten minutes"
          + " on two cores."
    })
final class SaeAblateCommand implements Callable<Integer> {
  private static final Object[] HEADS = {
    "", "seed", "FVU", "L0", "never fired, %", "dead in training, %"
  };

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

  @Option(
      names = "--steps",
      order = 1,
      paramLabel = "N",
      description =
          "Training steps of each autoencoder; ReLU and L1 needs some 1000 to find its sparsity."
              + " Default: ${DEFAULT-VALUE}.")
  private long steps = 1500;

  @Option(
      names = "--seeds",
      order = 2,
      paramLabel = "N",
      description =
          "Autoencoders of each kind, with --seed and the numbers after it. Default:"
              + " ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path folder = run.checked(spec.commandLine());
    new Settings(complaint -> CommonOptions.refuse(spec.commandLine(), complaint))
        .checkAblation(steps, seeds);
    Progress progress = Progress.standard(common.isQuiet());
    SaeAblation.Table table =
        SaeAblation.run(folder, steps, common.seed(), seeds, progress, common.threads());
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-22s %5s %8s %7s %14s %19s%n", HEADS);
    for (SaeAblation.Outcome o : table.outcomes()) {
      out.printf(
          Locale.ROOT,
          "%-22s %5d %8.4f %7.1f %14.1f %19.1f%n",
          o.variant(),
          o.seed(),
          o.fvu(),
          o.l0(),
          100 * o.neverFired(),
          100 * o.deadInTraining());
    }
    out.flush();
    return 0;
  }
}
