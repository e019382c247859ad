package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code genie} refuses before any work, beside {@link BadOptions}. */
class GenieOptionsTest {
  @TempDir Path temp;

  @Test
  void whatCannotBeTrainedOrPlayedFailsInOneLine() throws Exception {
    Path empty = Files.createDirectories(temp.resolve("empty"));
    for (String[] command :
        new String[][] {
          {"genie", "--video", empty.toString(), "-q", "--out", temp.resolve("a").toString()},
          {"genie", "play", empty.toString()},
          {"genie", "--preset", "paper", "-q", "--out", temp.resolve("b").toString()}
        }) {
      Cli.Outcome outcome = Cli.run(command);
      assertThat(outcome.err().lines())
          .as(outcome.err())
          .singleElement()
          .asString()
          .startsWith("simoom");
      assertThat(outcome.exit()).isEqualTo(1);
    }
    assertThat(temp.resolve("b")).doesNotExist();
  }
}
