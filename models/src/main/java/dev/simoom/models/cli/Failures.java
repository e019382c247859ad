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
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line on standard error why a command failed. */
final class Failures {
  /** The option that asks for the whole stack trace. */
  static final String STACKTRACE = "--stacktrace";

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

  /** A command that could not do its work. */
  static int ofExecution(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (command.getParseResult().hasMatchedOption(STACKTRACE)) {
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
      default ->
          "%s: %s (%s shows where)".formatted(e.getClass().getSimpleName(), message, STACKTRACE);
    };
  }
}
