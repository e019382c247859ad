package dev.simoom.bench.suite;

import static dev.simoom.bench.suite.Examples.results;
import static dev.simoom.bench.suite.Examples.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
  @TempDir private Path temp;

  @Test
  void saysWhatIsSlowerFasterGoneAndNew() throws IOException {
    Path first = temp.resolve("first.json");
    Path second = temp.resolve("second.json");
    results(3, row("a", 100), row("b", 100), row("c", 100), row("gone", 1)).write(first);
    results(3, row("a", 150), row("b", 60), row("c", 101), row("new", 1)).write(second);

    Comparison comparison = new Comparison(Results.read(first), Results.read(second));
    assertThat(comparison.changes(true)).extracting(c -> c.row().work()).containsExactly("a");
    assertThat(comparison.changes(false)).extracting(c -> c.row().work()).containsExactly("b");
    assertThat(comparison.text())
        .contains("Slower", "  a, 2 threads: 1.50 [1.50, 1.50], from 100 ns to 150 ns")
        .contains("Faster", "  b, 2 threads: 0.60")
        .contains("Without a difference beyond the noise: 1 of 3")
        .contains("Only in the first: gone (2)")
        .contains("Only in the second: new (2)")
        .doesNotContain("one fork");
  }

  @Test
  void aSmallChangeOfOneForkIsNoise() {
    Results before = results(1, row("a", 100));
    Results after = results(1, row("a", 104));
    Comparison comparison = new Comparison(before, after);
    assertThat(comparison.changes(true)).isEmpty();
    assertThat(comparison.text()).contains("one fork only");
    assertThat(new Comparison(results(3, row("a", 100)), results(3, row("a", 104))).changes(true))
        .hasSize(1);
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path file = Files.writeString(temp.resolve("other.json"), "{\"a\": 1}");
    assertThatThrownBy(() -> Results.read(file))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("holds no results");
  }
}
