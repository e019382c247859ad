package dev.simoom.models.cli;

/**
 * A kind of bad input, and what the command line makes of it.
 *
 * @param kind what is wrong, in a few words
 * @param exit the exit code: 2 where the arguments are wrong, 1 for all else
 * @param words a part of the one line on standard error
 * @param command makes the input and gives the arguments
 */
record BadInput(String kind, int exit, String words, Command command) {
  /** The arguments of a command on input that it is given a desk to make on. */
  interface Command {
    String[] arguments(Desk desk) throws Exception;
  }

  @Override
  public String toString() {
    return kind;
  }
}
