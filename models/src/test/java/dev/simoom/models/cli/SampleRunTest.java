package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text from the model of a tiny run. */
class SampleRunTest {
  @TempDir static Path temp;
  private static Path run;

  @BeforeAll
  static void runTheJob() throws IOException {
    run = temp.resolve("run");
    assertThat(Cli.run(Cli.onText(Cli.text(temp.resolve("text")), run)).exit()).isZero();
  }

  private static Cli.Outcome sample(String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "sae";
    all[1] = "sample";
    all[2] = run.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return Cli.run(all);
  }

  @Test
  void goesOnWithTheText() {
    Cli.Outcome first = sample("--prompt=int valüe", "--tokens=40");
    assertThat(first.err()).isEmpty();
    assertThat(first.exit()).isZero();
    assertThat(first.out()).startsWith("int valüe").hasSizeGreaterThan(20);
    assertThat(sample("--prompt=int valüe", "--tokens=40").out()).isEqualTo(first.out());
    assertThat(sample("--prompt=int valüe", "--tokens=40", "--seed=2").out())
        .isNotEqualTo(first.out());
    String greedy = sample("--temperature=0").out();
    assertThat(sample("--temperature=0", "--seed=9", "--threads=1").out()).isEqualTo(greedy);
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    Path untrained = temp.resolve("untrained");
    Files.createDirectories(untrained);
    Files.copy(run.resolve("config.json"), untrained.resolve("config.json"));
    Cli.Outcome outcome = Cli.run("sae", "sample", untrained.toString());
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1).allMatch(l -> l.contains("is not trained"));
  }
}
