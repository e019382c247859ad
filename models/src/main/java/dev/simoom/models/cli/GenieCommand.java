package dev.simoom.models.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom genie}: a world learned from video. */
@Command(
    name = "genie",
    header = "Learn a world from video alone, to be played.",
    description = {
      "%nWithout options: records a small game, trains a tokenizer of its video, a model of the"
          + " actions in it that nobody names, and a model that draws what follows, evaluates them"
          + " on levels never seen and writes a report.%n",
      "'simoom genie play' then opens the world in a browser."
    },
    subcommands = {GenieTrainCommand.class, GeniePlayCommand.class})
final class GenieCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private GenieOptions options;

  @Override
  public Integer call() throws IOException {
    return options.run(spec.commandLine(), common);
  }
}
