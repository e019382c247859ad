package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of a tiny run's model with and without its features. */
class SteerRunTest {
  @TempDir static Path temp;
  private static Path run;

  @BeforeAll
  static void runTheJob() throws IOException {
    run = temp.resolve("run");
    assertThat(Cli.run(Cli.onText(Cli.text(temp.resolve("text")), run)).exit()).isZero();
  }

  private static Cli.Outcome steer(Path folder, String... options) {
    List<String> all = new ArrayList<>(List.of("sae", "steer", folder.toString()));
    all.addAll(List.of(options));
    return Cli.run(all.toArray(String[]::new));
  }

  /** The two continuations, without their titles. */
  private static String[] texts(String title, String... options) {
    Cli.Outcome outcome = steer(run, options);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    String[] parts = outcome.out().split("\n--- " + title + "\n", -1);
    assertThat(parts).hasSize(2);
    assertThat(parts[0]).startsWith("--- plain\nint valüe");
    assertThat(parts[1]).startsWith("int valüe");
    return new String[] {parts[0].substring(10).strip(), parts[1].strip()};
  }

  @Test
  void printsTheTextWithoutAndWithTheFeatures() {
    String[] common = {"--prompt=int valüe", "--tokens=25", "--temperature=1.5"};
    String[] none = texts("feature 3=0.0", common[0], common[1], common[2], "--feature=3=0");
    assertThat(none[1]).isEqualTo(none[0]).hasSizeGreaterThan(12);
    String[] strong =
        texts(
            "feature 3=50.0, feature 4=1.0, without 4, without 5",
            common[0],
            common[1],
            common[2],
            "--feature=3=50",
            "--feature=4",
            "--ablate=4",
            "--ablate=5",
            "--threads=1");
    assertThat(strong[0]).isEqualTo(none[0]);
    assertThat(strong[1]).isNotEqualTo(none[0]);
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    assertFails(2, "give a feature to add with --feature", steer(run));
    String syntax = "--feature must be ID or ID=STRENGTH, such as 12 or 12=0.5, got ";
    for (String wrong : List.of("x", "3=", "=2", "3=x", "-1", "2=NaN", "3=1=2", "")) {
      assertFails(2, syntax + "'" + wrong + "'", steer(run, "--feature=" + wrong));
    }
    assertFails(2, "3 is given twice", steer(run, "--feature=3", "--feature=3=2"));
    assertFails(
        2,
        "--feature: there is no feature 48; the autoencoder has 0 to 47",
        steer(run, "--feature=48"));
    assertFails(2, "--ablate: there is no feature -1", steer(run, "--ablate=-1"));
    assertFails(2, "'x' is not an int", steer(run, "--ablate=x"));
    assertFails(2, "--tokens must be 1 or more", steer(run, "--feature=3", "--tokens=0"));
    assertFails(2, "holds no run", steer(temp, "--feature=3"));
    Path unfinished = temp.resolve("unfinished");
    Files.createDirectories(unfinished);
    for (String name : List.of("config.json", "tokenizer.json", "lm.safetensors")) {
      Files.copy(run.resolve(name), unfinished.resolve(name));
    }
    assertFails(
        1,
        "the autoencoder of the run in " + unfinished + " is not trained",
        steer(unfinished, "--feature=3"));
    Path config = unfinished.resolve("config.json");
    String onActivations =
        Files.readString(config)
            .replaceFirst("\"activations\" *: *\"\"", "\"activations\": \"acts.safetensors\"");
    Files.writeString(config, onActivations);
    assertFails(
        1, "is on activations from a file; name one on text", steer(unfinished, "--ablate=1"));
  }

  private static void assertFails(int exit, String complaint, Cli.Outcome outcome) {
    assertThat(outcome.err().lines()).singleElement().asString().contains(complaint);
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.out()).isEmpty();
  }
}
