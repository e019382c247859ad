package dev.simoom.models.cli;

import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the commands that train have in common: the folders of their runs. */
final class Runs {
  /** The exit code of a run that was stopped. */
  static final int INTERRUPTED = 130;

  private static final Set<String> WITH_RESUME =
      Set.of("--resume", "--threads", "--backend", "--device", "--quiet", Failures.VERBOSE);

  private Runs() {}

  /** A folder for a new run. */
  static Path fresh(String kind) {
    String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Path.of("runs", kind + "-" + time);
  }

  /** Refuses a new run where there is one, and to resume none, or with other settings. */
  static void check(CommandLine command, Path folder, boolean resumes) {
    boolean isRun = RunDirectory.isRun(folder);
    if (!resumes) {
      if (isRun) {
        CommonOptions.refuse(
            command, "--out: " + folder + " holds a run already; name another or --resume it");
      }
      return;
    }
    if (!isRun) {
      CommonOptions.refuse(
          command, "--resume: " + folder + " holds no run; name the --out of one that stopped");
    }
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (!WITH_RESUME.contains(option.longestName())) {
        CommonOptions.refuse(
            command,
            "--resume goes on with the run's own settings; leave out " + option.longestName());
      }
    }
  }

  /** Says how to go on with a run that was stopped. */
  static void sayFarewell(CommandLine command, Progress progress, String kind, Path folder) {
    progress.endLine();
    PrintWriter err = command.getErr();
    String name = folder.toString().contains(" ") ? "'" + folder + "'" : folder.toString();
    err.println("Stopped. Continue with: ./simoom " + kind + " --resume " + name);
    err.flush();
  }
}
