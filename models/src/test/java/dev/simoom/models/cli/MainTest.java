package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void helpAndVersionSucceedOnStandardOutput() {
    assertThat(commandLine.execute("--help")).isZero();
    assertThat(out.toString()).contains("Usage: simoom").contains("--version");

    assertThat(commandLine.execute("--version")).isZero();
    assertThat(out.toString()).containsPattern("simoom \\d+\\.\\d+\\.\\d+").contains("Java ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongArgumentsAreNamedOnStandardError() {
    assertThat(commandLine.execute("--no-such-option")).isEqualTo(2);
    assertThat(err.toString()).contains("--no-such-option");
    assertThat(commandLine.execute("sea")).isEqualTo(2);
    assertThat(err.toString()).contains("simoom: 'sea' is no command or argument here");
    assertThat(commandLine.execute()).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }
}
