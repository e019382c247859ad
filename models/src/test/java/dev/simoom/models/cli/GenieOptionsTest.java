package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong options of {@code genie} end the command before any work. */
class GenieOptionsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "--tokenizer-steps=0, --tokenizer-steps must be 1 or more",
    "--actions-steps=0, --actions-steps must be 1 or more",
    "--dynamics-steps=-1, --dynamics-steps must be 1 or more",
    "--batch=0, --batch must be 1 to 65536",
    "--tokenizer-rate=0, --tokenizer-rate must be above 0",
    "--actions-rate=NaN, --actions-rate must be above 0",
    "--dynamics-rate=-1, --dynamics-rate must be above 0",
    "--preset=huge, Invalid value for option '--preset'",
    "--video=missing, --video: missing does not exist",
    "--resume=missing, --resume: missing holds no run",
    "--threads=0, 1 to 1024"
  })
  void eachIsNamedInOneLine(String option, String complaint) {
    Path folder = temp.resolve("run");
    String[] command =
        option.startsWith("--resume")
            ? new String[] {"genie", option}
            : new String[] {"genie", "train", "--out", folder.toString(), option};
    Cli.Outcome outcome = Cli.run(command);
    assertThat(outcome.err().lines()).singleElement().asString().contains(complaint);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(folder).doesNotExist();
  }

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
    assertThat(Cli.run("genie", "play", "--port", "70000").err())
        .contains("--port must be 0 to 65535");
  }
}
