package dev.simoom.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.bench.work.Work;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void numbersHaveUnitsAndThreeDigits() {
    assertThat(Format.time(999)).isEqualTo("999 ns");
    assertThat(Format.time(999.9)).isEqualTo("1.00 us");
    assertThat(Format.time(8_123_456)).isEqualTo("8.12 ms");
    assertThat(Format.time(61e9)).isEqualTo("61.0 s");
    assertThat(Format.bytes(0)).isEqualTo("0");
    assertThat(Format.bytes(840)).isEqualTo("840 B");
    assertThat(Format.bytes(3 << 20)).isEqualTo("3.00 MiB");
    assertThat(Format.percent(0.834)).isEqualTo("83 %");
  }

  @Test
  void aRowTellsTimeRateShareAndRatio() {
    String table = Table.of(Examples.results(3, Examples.row("product", 1e4)));
    assertThat(table)
        .contains("2 threads")
        .containsPattern(
            "product +10\\.0 us +200 GFLOP/s +83 % FMA peak +0 +1\\.30 \\[1\\.25, 1\\.35\\] ahead")
        .contains("product, compiled: other results")
        .contains("Peer: PyTorch 9 (SCALAR)")
        .contains("Commit abc+", "3 forks of 15 rounds; load 0.50 before, 1.50 after");
    assertThat(table.lines()).allMatch(line -> line.equals(line.stripTrailing()));
  }

  @Test
  void onlyAWholeIntervalIsAheadOrBehind() {
    assertThat(Table.word(new Figure(1.2, 1.01, 1.3))).isEqualTo("ahead");
    assertThat(Table.word(new Figure(1.2, 0.99, 1.3))).isEqualTo("even");
    assertThat(Table.word(new Figure(0.8, 0.7, 0.99))).isEqualTo("behind");
  }

  @Test
  void withoutPeersThereAreNoColumnsForThem() {
    Row row = Examples.row("product", 1e4);
    Row alone =
        new Row(
            row.work(),
            row.family(),
            1,
            0,
            row.bytes(),
            row.nanos(),
            row.first(),
            840,
            "copy in L2",
            0.5,
            0.7,
            row.forks(),
            Map.of(),
            Map.of());
    assertThat(Table.of(Examples.results(1, alone)))
        .contains("1 thread")
        .containsPattern("product +10\\.0 us +10\\.0 GB/s +50 % copy in L2 +840 B")
        .contains("the slowest fork ran at 70 % of the median's speed")
        .doesNotContain("eager");
  }

  @Test
  void aDeviceIsNamedAndSoAreFailures() throws IOException {
    Results results = Examples.results(1, Examples.row("product", 1e4));
    Results onDevice =
        new Results(
            results.conditions().on("device 2: a <GPU>"),
            results.rows(),
            Map.of("attention", "out of memory"));
    assertThat(Table.of(onDevice))
        .startsWith("device 2: a <GPU>")
        .contains("attention: FAILED, out of memory");
    assertThat(ReportPage.of(onDevice))
        .contains("<h2>device 2: a &lt;GPU&gt;</h2>", "attention: failed, out of memory");
  }

  @Test
  void thePageIsSelfContainedAndEscaped() throws IOException {
    Row[] rows = new Row[3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Examples.row("matmul " + (64 << i), 1e4 * (i + 1));
    }
    String page = ReportPage.of(Examples.results(3, rows));
    assertThat(page)
        .contains("<svg", "Square products", "PyTorch " + Work.EAGER, "ahead in 3 of 3 rows")
        .contains("result 0: &lt;nonsense&gt;")
        .doesNotContain("{{", "http", "<nonsense>");
  }
}
