package dev.simoom.bench.suite;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options that all commands of the bench take. */
public final class OutputOptions {
  @Option(
      names = {"-q", "--quiet"},
      order = 92,
      description = "Do not say what is being measured.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      order = 94,
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  /** Says what a command is measuring. */
  public void progress(CommandSpec command, String what) {
    if (!quiet) {
      PrintWriter err = command.commandLine().getErr();
      err.println(what);
      err.flush();
    }
  }
}
