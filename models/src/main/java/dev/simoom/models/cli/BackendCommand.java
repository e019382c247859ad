package dev.simoom.models.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom backend}: the parent of what can be done with backends. */
@Command(
    name = "backend",
    header = "Look at a backend.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = BackendCheckCommand.class)
final class BackendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private HelpOptions help;

  /** Without a command: shows which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return 2;
  }
}
