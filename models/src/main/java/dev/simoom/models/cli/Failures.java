package dev.simoom.models.cli;

import dev.simoom.kernels.BackendException;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line on standard error why a command failed. */
final class Failures {
  /** The option that asks for the whole stack trace. */
  static final String VERBOSE = "--verbose";

  private Failures() {}

  /** Wrong arguments. */
  static int ofArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String complaint = e instanceof UnmatchedArgumentException u ? unmatched(u) : line(e);
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().printf("%s: %s; see '%s --help'%n", name, complaint, name);
    command.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String complaint =
        e.isUnknownOption()
            ? line(e)
            : "'%s' is no command or argument here".formatted(e.getUnmatched().getFirst());
    List<String> similar = e.getSuggestions();
    String some = String.join(" or ", similar.subList(0, Math.min(3, similar.size())));
    return similar.isEmpty() ? complaint : complaint + " (did you mean " + some + "?)";
  }

  /** Runs the command that the arguments name; picocli itself handles exceptions, but no errors. */
  static int execute(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (Error e) {
      return say(e, parsed.asCommandLineList().getLast());
    }
  }

  /** A command that could not do its work. */
  static int ofExecution(Exception e, CommandLine command, ParseResult parsed) {
    return say(e, command);
  }

  private static int say(Throwable e, CommandLine command) {
    PrintWriter err = command.getErr();
    boolean verbose = false;
    for (CommandLine asked = command; asked != null; asked = asked.getParent()) {
      verbose |= asked.getParseResult().hasMatchedOption(VERBOSE);
    }
    if (verbose) {
      e.printStackTrace(err);
    }
    err.printf("%s: %s%n", command.getCommandSpec().qualifiedName(), line(e));
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The reason in one line. */
  static String line(Throwable e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return switch (e) {
      case UncheckedIOException unchecked -> line(unchecked.getCause());
      case NoSuchFileException file -> file.getFile() + " does not exist";
      case AccessDeniedException file -> "no permission to use " + file.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " exists and is no folder";
      case NotDirectoryException file -> file.getFile() + " is no folder";
      case FileSystemException file -> file.getFile() + ": " + file.getReason();
      case RunException _, ParameterException _, IllegalArgumentException _, BackendException _ ->
          message;
      case IOException _ when e.getMessage() != null -> message;
      case OutOfMemoryError _ when message.contains("heap") ->
          "the Java heap of %,d MiB is full; give it more, JAVA_OPTS=-Xmx8g say, or use smaller sizes"
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      case OutOfMemoryError _ -> "out of memory; use smaller sizes (" + message + ")";
      case ExceptionInInitializerError error when error.getCause() != null ->
          line(error.getCause());
      default ->
          "%s: %s (%s shows where)".formatted(e.getClass().getSimpleName(), message, VERBOSE);
    };
  }
}
