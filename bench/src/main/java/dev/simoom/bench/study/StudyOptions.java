package dev.simoom.bench.study;

import dev.simoom.bench.suite.Conditions;
import dev.simoom.bench.suite.Effort;
import dev.simoom.bench.suite.OutputOptions;
import dev.simoom.bench.suite.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that every study takes, and how it shows what it found. */
@Command(
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    abbreviateSynopsis = true,
    sortOptions = false)
final class StudyOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      order = 90,
      paramLabel = "N",
      description = "Threads to compute on. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--json",
      order = 91,
      paramLabel = "FILE",
      description = "Write what was found to this file too.")
  private @Nullable Path json;

  @Mixin private OutputOptions output;

  /** Something that measures. */
  @FunctionalInterface
  interface Study {
    Findings run() throws IOException;
  }

  int threads() {
    return threads;
  }

  /** Refuses what a run could not make use of. */
  void require(boolean right, String complaint) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), complaint);
    }
  }

  /** Says what is being measured. */
  void progress(String what) {
    output.progress(spec, what);
  }

  /** Runs a study, shows what it found, and gives the exit code: 0 also where a bar is missed. */
  int show(Effort effort, Study study) throws IOException {
    require(threads >= 1, "--threads must be 1 or more, got " + threads);
    Path folder = json == null ? null : json.toAbsolutePath().getParent();
    require(folder == null || Files.isDirectory(folder), "--json: there is no folder " + folder);
    double load = Surroundings.load();
    Findings findings = study.run();
    Conditions conditions = Surroundings.conditions(effort, "none", load);
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.print(findings.text(conditions));
    out.flush();
    if (json != null) {
      findings.write(json, conditions);
    }
    return 0;
  }
}
