package dev.simoom.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.bench.suite.BenchCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class LadderCommandTest {
  @Test
  void aRungTellsTimeRateShareGainAndMemory() {
    Climb.Step naive = new Climb.Step("naive", 2e9, 1e9, 0.0123, 0);
    Climb.Step packed = new Climb.Step("packed", 4e7, 5e10, 0.5, 1 << 20);
    assertThat(LadderTable.of("matmul", List.of(naive, packed)).lines())
        .hasSize(5)
        .anyMatch(line -> line.matches("naive +2\\.00 s +1\\.00 +1\\.2 % +0"))
        .anyMatch(line -> line.matches("packed +40\\.0 ms +50\\.0 +50 % +50\\.0 x +1\\.00 MiB"));
  }

  @Test
  void wrongSizesAreNamed() {
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new BenchCommand())
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true);
    assertThat(line.execute("ladder", "matmul", "--size", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--size must be from 1 to 16384, got 0");
  }
}
