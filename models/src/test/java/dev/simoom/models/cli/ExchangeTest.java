package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.format.SaeLayout;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's autoencoder to the files of another library and back. */
class ExchangeTest {
  @TempDir static Path temp;
  private static Path run;

  @BeforeAll
  static void runTheJob() throws IOException {
    run = temp.resolve("run");
    assertThat(Cli.run(Cli.onText(Cli.text(temp.resolve("text")), run)).exit()).isZero();
  }

  private static Cli.Outcome export(Path from, String format, Path to) {
    return Cli.run("sae", "export", from.toString(), "--format=" + format, "--to=" + to);
  }

  private static void refused(Cli.Outcome outcome, int exit, String complaint) {
    assertThat(outcome.err().lines()).singleElement().asString().contains(complaint);
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void thereAndBack() throws IOException {
    Path to = temp.resolve("lens");
    Path back = temp.resolve("new/back.safetensors");
    Cli.Outcome exported = export(run, "saelens", to);
    assertThat(exported.err()).isEmpty();
    assertThat(exported.exit()).isZero();
    assertThat(exported.out()).isEqualTo(to + System.lineSeparator());
    Cli.Outcome imported = Cli.run("sae", "import", to.toString(), "--out=" + back);
    assertThat(imported.exit()).isZero();
    assertThat(imported.out()).isEqualTo(back + System.lineSeparator());
    assertThat(imported.err())
        .isEqualTo(
            "48 latents of activations of width 16, TopK[k=4, multi=false], rows layer-norm%n"
                .formatted());
    Tensor x = new RandomStream(1).normal(Shape.of(8, 16)).mul(5);
    try (SparseAutoencoder before = SparseAutoencoder.load(run.resolve("sae.safetensors"));
        SparseAutoencoder after = SparseAutoencoder.load(back)) {
      Tensor off = after.reconstruct(x).sub(before.reconstruct(x)).abs().max();
      assertThat(off.item()).isLessThan(1e-4f);
    }
    refused(export(run, "saelens", to), 2, "is not empty; name a new or an empty folder");
    refused(Cli.run("sae", "import", to.toString(), "--out=" + back), 2, "is there already; name");
  }

  @Test
  void rowsAsTheyAreGoToSparsifyAndBack() throws IOException {
    Path plain = temp.resolve("plain");
    Path text = temp.resolve("text");
    String[] job = Cli.onText(text, plain, "--normalisation=none", "--sparsity=multi-topk");
    assertThat(Cli.run(job).exit()).isZero();
    assertThat(Files.readString(plain.resolve("report.html"))).contains("as they are");
    Path to = temp.resolve("sparsify");
    assertThat(export(plain, "sparsify", to).exit()).isZero();
    Path back = temp.resolve("plain.safetensors");
    assertThat(Cli.run("sae", "import", "-q", to.toString(), "--out=" + back).err()).isEmpty();
    assertThat(back).hasSameBinaryContentAs(plain.resolve("sae.safetensors"));
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    Path to = temp.resolve("none");
    refused(export(run, "sparsify", to), 2, "--format sparsify: sparsify takes rows as they are");
    refused(export(run, "onnx", to), 2, "expected one of [SAELENS, SPARSIFY]");
    refused(export(temp, "saelens", to), 2, "holds no run");
    refused(Cli.run("sae", "export", run.toString()), 2, "--format=NAME");
    assertThat(to).doesNotExist();
    Path out = temp.resolve("none.safetensors");
    refused(Cli.run("sae", "import", to.toString(), "--out=" + out), 2, "is no folder");
    refused(Cli.run("sae", "import", temp.toString()), 2, "--out=FILE");
    refused(
        Cli.run("sae", "import", temp.toString(), "--out=" + out),
        1,
        "neither sae_weights.safetensors nor sae.safetensors is there");
    Path broken = Files.createDirectory(temp.resolve("broken"));
    Files.writeString(broken.resolve("cfg.json"), "{\"d_in\": 0}");
    Files.writeString(broken.resolve("sae.safetensors"), "");
    refused(
        Cli.run("sae", "import", broken.toString(), "--out=" + out), 1, "cfg.json: 'd_in' is 0");
    assertThat(out).doesNotExist();
    Path unfinished = Files.createDirectory(temp.resolve("unfinished"));
    Files.copy(run.resolve("config.json"), unfinished.resolve("config.json"));
    refused(export(unfinished, "saelens", to), 2, "is not there yet; let the run finish");
    assertThat(SaeLayout.SAELENS).hasToString("saelens");
  }
}
