package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong options end a command before any work, and help says which are right. */
class SaeOptionsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "--threads=0, 1 to 1024",
    "--text-bytes=0, --text-bytes must be",
    "--vocabulary=100, --vocabulary must be 257 to 65536",
    "--context=0, --context must be",
    "--width=-1, --width must be",
    "--heads=3, --heads must divide the width 16",
    "--blocks=0, --blocks must be",
    "--layer=3, --layer must be 0 to 2",
    "--layer=-1, --layer must be 0 to 2",
    "--lm-steps=0, --lm-steps must be",
    "--lm-batch=0, --lm-batch must be",
    "--lm-batch=64, --buffer must be at least 2048",
    "--lm-rate=0, --lm-rate must be above 0",
    "--lm-rate=NaN, --lm-rate must be above 0",
    "--latents=0, --latents must be",
    "--k=49, --k must be 1 to 48",
    "--sparsity=dense, expected one of",
    "--sparsity=gated, --k means nothing with --sparsity gated",
    "--normalisation=batch, expected one of",
    "--penalty=1, means nothing with --sparsity topk",
    "--penalty-warmup=1, means nothing with --sparsity topk",
    "--sparsity=jumprelu, --k means nothing with --sparsity jumprelu",
    "--k-aux=49, --k-aux must be 0 to 48",
    "--sae-steps=0, --sae-steps must be",
    "--sae-batch=65, --sae-batch must be 1 to 64",
    "--sae-rate=-1, --sae-rate must be above 0",
    "--dead-after=31, --dead-after must be 32 to",
    "--features=0, --features must be",
    "--tensor=x, give both or none",
    "--text=missing, --text: missing does not exist",
    "--k=many, 'many' is not an int",
    "--latentz=3, (did you mean --la"
  })
  void eachIsNamedWithTheRemedyInOneLine(String option, String complaint) throws IOException {
    Path folder = temp.resolve("run");
    String name = option.substring(0, option.indexOf('='));
    String[] usual = Cli.onText(Cli.text(temp.resolve("text")), folder);
    String[] command = new String[usual.length + 1];
    int n = 0;
    for (String argument : usual) {
      if (!argument.startsWith(name + "=") || name.equals("--text")) {
        command[n++] = argument;
      }
    }
    command[n++] = option;
    Cli.Outcome outcome = Cli.run(Arrays.copyOf(command, n));
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .startsWith("simoom sae: ")
        .contains(complaint)
        .endsWith("; see 'simoom sae --help'");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(folder).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--penalty=-1, '--penalty must be 0 or more, got -1.0'",
    "--penalty=NaN, '--penalty must be 0 or more, got NaN'",
    "--penalty-warmup=-1, '--penalty-warmup must be 0 or more, got -1'"
  })
  void settingsOfThePenaltyAreChecked(String option, String complaint) {
    Cli.Outcome outcome = Cli.run("sae", "--sparsity=relu-l1", option, "--out=" + temp);
    assertThat(outcome.err().lines()).singleElement().asString().contains(complaint);
    assertThat(outcome.exit()).isEqualTo(2);
  }

  @Test
  void anOptionGivenTwiceIsRefusedAndDoesNotUndoTheOthers() throws IOException {
    Path folder = temp.resolve("run");
    Cli.Outcome outcome = Cli.run(Cli.onText(Cli.text(temp.resolve("text")), folder, "--k", "3"));
    assertThat(outcome.err().lines()).singleElement().asString().contains("--k is given twice");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(folder).doesNotExist();
  }

  @Test
  void whatCannotBeWrittenIsOneLineAndATraceOnlyOnRequest() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path text = Cli.text(temp.resolve("text"));
    Cli.Outcome plain = Cli.run(Cli.onText(text, file));
    assertThat(plain.exit()).isEqualTo(1);
    assertThat(plain.err().lines())
        .containsExactly("simoom sae: " + file + " exists and is no folder");

    Cli.Outcome traced = Cli.run(Cli.onText(text, file, "--stacktrace"));
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
