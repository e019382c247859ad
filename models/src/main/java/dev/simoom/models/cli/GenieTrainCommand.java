package dev.simoom.models.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom genie train}: what {@code simoom genie} does, by its name. */
@Command(name = "train", header = "Train a world, from --video or from a small game.")
final class GenieTrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private GenieOptions options;

  @Override
  public Integer call() throws IOException {
    return options.run(spec.commandLine(), common);
  }
}
