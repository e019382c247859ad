package dev.simoom.models.cli;

import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.format.SaeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simoom sae export}: writes an autoencoder as another library has it. */
@Command(
    name = "export",
    header = "Write the autoencoder of a run in the files of another library.")
final class SaeExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private RunFolder run;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      required = true,
      description = "The library whose files to write: ${COMPLETION-CANDIDATES}.")
  private SaeLayout format;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "A new or empty folder, for the settings and the weights.")
  private Path to;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    Path file = run.checked(spec.commandLine()).resolve("sae.safetensors");
    if (!Files.exists(file)) {
      CommonOptions.refuse(
          spec.commandLine(), "DIR: " + file + " is not there yet; let the run finish");
    }
    if (Files.exists(to) && !isEmptyFolder(to)) {
      CommonOptions.refuse(
          spec.commandLine(), "--to: " + to + " is not empty; name a new or an empty folder");
    }
    try (SparseAutoencoder sae = SparseAutoencoder.load(file)) {
      format.write(sae, to);
    } catch (IllegalArgumentException e) {
      CommonOptions.refuse(spec.commandLine(), "--format " + format + ": " + e.getMessage());
    }
    spec.commandLine().getOut().println(to);
    return 0;
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var content = Files.list(path)) {
      return content.findAny().isEmpty();
    }
  }
}
