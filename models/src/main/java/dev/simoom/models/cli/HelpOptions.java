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
  @Option(
      names = {"-h", "--help"},
      order = 103,
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;
}
