package dev.simoom.models.cli;

import dev.simoom.models.sae.SaeConfig;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simoom sae import}: reads an autoencoder that another library wrote. */
@Command(
    name = "import",
    header = "Make a file of ours of an autoencoder that SAELens or sparsify wrote.")
final class SaeImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FOLDER", description = "The folder with cfg.json and the weights.")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The safetensors file to write; there must be none yet.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    common.apply(spec.commandLine());
    if (!Files.isDirectory(folder)) {
      CommonOptions.refuse(
          spec.commandLine(),
          "FOLDER: " + folder + " is no folder; name the one with cfg.json and the weights");
    }
    if (Files.exists(out)) {
      CommonOptions.refuse(
          spec.commandLine(), "--out: " + out + " is there already; name another file");
    }
    try (SparseAutoencoder sae = SaeLayout.read(folder)) {
      Files.createDirectories(out.toAbsolutePath().getParent());
      sae.save(out);
      if (!common.isQuiet()) {
        SaeConfig config = sae.config();
        spec.commandLine()
            .getErr()
            .printf(
                "%d latents of activations of width %d, %s, rows %s%n",
                config.latents(),
                config.width(),
                config.sparsity(),
                config.normalisation().label());
        spec.commandLine().getErr().flush();
      }
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
