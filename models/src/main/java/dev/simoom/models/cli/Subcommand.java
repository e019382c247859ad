package dev.simoom.models.cli;

import java.util.concurrent.Callable;

/**
 * A picocli command that another module adds to the command line: one that is on the class path and
 * listed for {@link java.util.ServiceLoader}. It gives the exit code; exceptions become one line on
 * standard error.
 */
public interface Subcommand extends Callable<Integer> {}
