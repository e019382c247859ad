package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to which stream, when work begins, and help; {@link BadOptions} are wrong options. */
class SaeOptionsTest {
  @TempDir Path temp;

  @Test
  void whatCannotBeWrittenIsOneLineAndATraceOnlyOnRequest() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path text = Cli.text(temp.resolve("text"));
    Cli.Outcome plain = Cli.run(Cli.onText(text, file));
    assertThat(plain.exit()).isEqualTo(1);
    assertThat(plain.err().lines())
        .containsExactly("simoom sae: " + file + " exists and is no folder");

    Cli.Outcome traced = Cli.run(Cli.onText(text, file, "--verbose"));
    assertThat(traced.exit()).isEqualTo(1);
    assertThat(traced.err()).contains("\tat dev.simoom.models.run.RunDirectory.create");
  }

  @Test
  void textTooShortForTheContextIsSaidBeforeTraining() throws IOException {
    Path text = Files.writeString(temp.resolve("short.txt"), "one line\n".repeat(20));
    Path folder = temp.resolve("run");
    Cli.Outcome outcome = Cli.run(Cli.onText(text, folder));
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .contains("the held-out text has")
        .contains("use more --text or a smaller --context");
    assertThat(folder.resolve("metrics.jsonl")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sae", "sae eval", "sae ablate", "sae export", "sae import"})
  void helpFitsEightyColumns(String command) {
    Cli.Outcome outcome = Cli.run((command + " --help").strip().split(" "));
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(outcome.out()).contains("Usage: " + ("simoom " + command).strip());
    if (!command.isEmpty()) {
      assertThat(outcome.out()).contains("--threads=N", "-q, --quiet", "-h, --help");
    }
  }

  @Test
  void helpOfTheJobNamesEveryOption() {
    String help = Cli.run("sae", "--help").out();
    assertThat(help)
        .contains("--out=DIR", "--resume=DIR", "--seed=N", "--text=FILE|DIR", "--vocabulary=N")
        .contains("--layer=N", "--activations=FILE", "--tensor=NAME", "runs/sae-<time>")
        .contains(
            "--sparsity=NAME", "topk, multi-topk,", "gated", "--penalty=X", "--normalisation=NAME")
        .contains("Text and language model:", "Sparse autoencoder:", "Commands:");
    assertThat(Cli.run().err()).contains("Commands:").contains("sae");
  }
}
