package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a device, which here the emulator plays. */
final class DeviceRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  @AfterEach
  void backToTheProcessor() {
    Engine.use(Backend.simd());
  }

  @Test
  void trainsTheSameJob() throws IOException {
    Path text = Cli.text(temp.resolve("text"));
    Path host = temp.resolve("host");
    Path device = temp.resolve("device");
    assertThat(Cli.run(Cli.onText(text, host)).exit()).isZero();
    Cli.Outcome outcome = Cli.run(Cli.onText(text, device, "--backend=tornado"));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    List<String> expected = Files.readAllLines(host.resolve("metrics.jsonl"));
    List<String> actual = Files.readAllLines(device.resolve("metrics.jsonl"));
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      JsonNode wanted = JSON.readTree(expected.get(i));
      JsonNode got = JSON.readTree(actual.get(i));
      assertThat(got.get("stage")).isEqualTo(wanted.get("stage"));
      double loss = wanted.get("loss").asDouble();
      assertThat(got.get("loss").asDouble()).isCloseTo(loss, within(1e-4 * loss));
    }
  }

  @Test
  void listsDevices() {
    Cli.Outcome outcome = Cli.run("devices");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out().lines().toList())
        .hasSize(3)
        .satisfies(lines -> assertThat(lines.get(1)).startsWith("simd").contains("Vector API"))
        .satisfies(
            lines -> assertThat(lines.get(2)).startsWith("tornado").contains("0  GPU", "emulator"));
  }

  @Test
  void checksABackend() {
    for (String backend : List.of("simd", "tornado", "auto")) {
      Cli.Outcome outcome =
          Cli.run("backend", "check", "--no-times", "--cases=2", "--backend=" + backend);
      assertThat(outcome.out()).contains("ScatterAdd", "2/2").endsWith("with the reference.\n");
      assertThat(outcome.exit()).isZero();
    }
  }

  @Test
  void saysWhatCannotBeHad() {
    assertRefused("no device 3: TornadoVM has 1 device", "--backend=tornado", "--device=3");
    assertRefused("--device is for --backend tornado", "--device=1");
    assertRefused("expected one of [SIMD, TORNADO, AUTO]", "--backend=abacus");
    Cli.Outcome none = Cli.run("backend", "check", "--cases=0");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("--cases must be 1 or more, got 0");
  }

  private void assertRefused(String complaint, String... options) {
    Cli.Outcome outcome = Cli.run(Cli.onText(temp, temp.resolve("run"), options));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains(complaint);
  }
}
