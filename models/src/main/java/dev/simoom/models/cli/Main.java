package dev.simoom.models.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root of the command line, which {@code ./simoom} starts. */
@Command(
    name = "simoom",
    versionProvider = Version.class,
    subcommands = {
      SaeCommand.class,
      GenieCommand.class,
      DevicesCommand.class,
      BackendCommand.class
    },
    header = "Trains language models, sparse autoencoders and worlds in pure Java.",
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    footer = "%n'simoom COMMAND --help' tells more about a command.")
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version of Simoom and of the Java runtime, and exit.")
  private boolean version;

  @Option(
      names = Failures.VERBOSE,
      order = 102,
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from, as a stack trace.")
  private boolean verbose;

  private Main() {}

  /** The parsed command line with every subcommand; callers may redirect its output. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Path.class, Main::path)
        .setExecutionStrategy(Failures::execute)
        .setParameterExceptionHandler(Failures::ofArguments)
        .setExecutionExceptionHandler(Failures::ofExecution);
  }

  /**
   * Runs the command line and ends the process: 0 for success, 1 for a failure, 2 for wrong
   * arguments, 130 for an interruption.
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("it is no path: " + e.getReason());
    }
  }

  /** Without a command: shows which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
