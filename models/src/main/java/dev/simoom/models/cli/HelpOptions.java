package dev.simoom.models.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of commands that compute nothing. */
@Command(
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    sortOptions = false)
final class HelpOptions {
  @Option(names = Failures.STACKTRACE, order = 102, description = "Show where an error comes from.")
  private boolean stacktrace;

  @Option(
      names = {"-h", "--help"},
      order = 103,
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;
}
