package dev.simoom.models.cli;

import dev.simoom.models.run.RunDirectory;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** The argument of commands that work on a run that is there. */
final class RunFolder {
  @Parameters(paramLabel = "DIR", description = "The folder of the run.")
  private Path folder;

  /** The folder, which is refused if it holds no run. */
  Path checked(CommandLine command) {
    if (!RunDirectory.isRun(folder)) {
      CommonOptions.refuse(command, "DIR: " + folder + " holds no run; name the --out of one");
    }
    return folder;
  }
}
