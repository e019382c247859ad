package dev.simoom.models.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long seconds;

  private Progress progress(boolean quiet, boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    return new Progress(out, quiet, terminal, () -> seconds * 1_000_000_000);
  }

  private void run(Progress progress) {
    progress.stage("training");
    seconds += 100;
    progress.measure(40);
    for (int done = 41; done <= 60; done++) {
      seconds += 2;
      progress.update(done, 100, "loss 1.5");
    }
    progress.done("loss 1.4");
    progress.say("a word");
  }

  private String shown() {
    return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void elsewhereSaysAPlainLineEveryFifteenSeconds() {
    run(progress(false, false));
    assertThat(shown())
        .isEqualTo(
            """
            training 48/100  loss 1.5  1 min 44 s left
            training 56/100  loss 1.5  1 min 28 s left
            training: loss 1.4 (2 min 20 s)
            a word
            """);
  }

  @Test
  void aTerminalShowsOneLineForEachStage() {
    run(progress(false, true));
    assertThat(shown().lines().filter(l -> !l.isBlank()).count()).isGreaterThan(2);
    String[] states = shown().split("\r");
    assertThat(states[1]).isEqualTo("training ...");
    assertThat(states[2]).isEqualTo("training 41/100  loss 1.5  1 min 58 s left");
    assertThat(states[21]).isEqualTo("training 60/100  loss 1.5  1 min 20 s left");
    assertThat(states[22]).startsWith("training: loss 1.4 (2 min 20 s) ").endsWith(" \n");
    assertThat(states[23]).isEqualTo("a word\n");
  }

  @Test
  void aRewrittenLineIsCutToTheWidthOfATerminal() {
    Progress progress = progress(false, true);
    progress.stage("training");
    seconds++;
    progress.update(1, 2, "x".repeat(200));
    assertThat(shown().split("\r")[2]).hasSize(79);
  }

  @Test
  void quietSaysNothing() {
    for (boolean terminal : new boolean[] {false, true}) {
      Progress progress = progress(true, terminal);
      run(progress);
      progress.endLine();
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void aLongWaitIsSaidInHoursAndAnUnknownOneAsSuch() {
    Progress progress = progress(false, false);
    progress.stage("training");
    seconds += 15;
    progress.update(0, 1000, "");
    seconds += 15;
    progress.update(2, 1000, "");
    assertThat(shown().lines())
        .containsExactly("training 0/1000    ? left", "training 2/1000    4 h 09 min left");
  }
}
