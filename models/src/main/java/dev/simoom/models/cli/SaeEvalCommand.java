package dev.simoom.models.cli;

import dev.simoom.models.job.SaeJob;
import dev.simoom.models.run.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom sae eval}: evaluates a finished run again. */
@Command(
    name = "eval",
    header = "Evaluate a finished run again: rewrites metrics.json and report.html.")
final class SaeEvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path folder = run.checked(spec.commandLine());
    SaeJob.evaluate(folder, Progress.standard(common.isQuiet()), common.threads());
    spec.commandLine().getOut().println(folder.resolve("report.html"));
    return 0;
  }
}
