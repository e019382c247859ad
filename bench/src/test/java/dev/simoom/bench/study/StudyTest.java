package dev.simoom.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.bench.suite.BenchCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Each study from the command line to its table and its file, at sizes that take a moment. */
final class StudyTest {
  private record Outcome(int exit, String out, String err, JsonNode json) {}

  @TempDir private Path folder;

  private Outcome run(String... arguments) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Path file = folder.resolve("found.json");
    int exit =
        new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute((String.join("\n", arguments) + "\n--json=" + file).split("\n"));
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    return new Outcome(exit, out.toString(), err.toString(), json);
  }

  @Test
  void growthOfProducts() throws IOException {
    Outcome found =
        run("growth", "--part=matmul", "--sizes=64,96", "--rounds=2", "--warm-millis=1", "-q");
    assertThat(found.exit).isZero();
    assertThat(found.err).isEmpty();
    assertThat(found.out).contains("Products of square matrices", "time per FLOP", "bar: at most");
    assertThat(found.json.at("/figures/matmul 64 nanos")).hasSize(2);
    assertThat(found.json.at("/sections/0/bars")).hasSize(1);
    assertThat(found.json.at("/conditions/processors").asInt()).isPositive();
  }

  @Test
  void growthOfAttention() throws IOException {
    Outcome found =
        run("growth", "--part=attention", "--sizes=64,128", "--rounds=1", "--warm-millis=1");
    assertThat(found.exit).isZero();
    assertThat(found.err).contains("memory: attention B1 H4 T128");
    assertThat(found.json.at("/sections/0/bars/0/what").asText()).contains("T^2");
    JsonNode peaks = found.json.at("/figures/attention peak bytes");
    assertThat(peaks.get(0).asLong()).isGreaterThan(8 * 4 * 4 * 64 * 64);
    assertThat(peaks.get(1).asLong()).isGreaterThan(peaks.get(0).asLong());
  }

  @Test
  void growthOfAutoencoders() throws IOException {
    Outcome found =
        run("growth", "--part=sae", "--sizes=64", "--rounds=1", "--warm-millis=1", "-q");
    assertThat(found.exit).isZero();
    assertThat(found.out).contains("not planned", "growth of the step over that of the product");
    assertThat(found.json.at("/figures/SAE encoder product 64 latents nanos")).hasSize(1);
    assertThat(found.json.at("/sections/0/cells")).hasSize(2);
  }

  @Test
  void stepAndItsKernels() throws IOException {
    Outcome found = run("step", "--work=SAE step 64 latents", "--rounds=2", "--warm-millis=1");
    assertThat(found.exit).isZero();
    assertThat(found.out).contains("topK 1024x64 k=32", "between kernels: ");
    assertThat(found.json.at("/figures/step nanos")).hasSize(2);
    assertThat(found.json.at("/sections/1/bars")).hasSize(2);
  }

  @Test
  void startOfAProgram() throws IOException {
    Outcome found =
        run("start", "--work=matmul 64", "--forks=1", "--programs=2", "--steps=4", "--threads=1");
    assertThat(found.exit).isZero();
    assertThat(found.out).contains("number 2 of its JVM", "the first 4");
    assertThat(found.json.at("/figures/program 1 nanos/0").asDouble()).isPositive();
  }

  @Test
  void freshJvms() throws IOException {
    Outcome found =
        run("fresh", "--work=matmul 64", "--forks=2", "--rounds=1", "--warm-millis=1", "-q");
    assertThat(found.exit).isZero();
    assertThat(found.out).contains("matmul 64, slowest JVM over the median");
    assertThat(found.json.at("/figures/matmul 64 nanos")).hasSize(2);
  }

  @Test
  void lossUnderEachFormatOfState() throws IOException {
    Outcome found = run("state", "--steps=10", "--seeds=2", "--only=8 bits", "-q");
    assertThat(found.exit).isZero();
    assertThat(found.out).contains("blocks of 8 bits", "more than F32");
    JsonNode cells = found.json.at("/sections/0/cells");
    assertThat(cells).hasSize(3);
    assertThat(found.json.at("/figures/F32 loss")).hasSize(2);
    long exact = Long.parseLong(cells.get(1).get(1).asText().replace(",", ""));
    long bytes = Long.parseLong(cells.get(2).get(1).asText().replace(",", ""));
    assertThat((double) bytes / exact).isBetween(0.25, 0.3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "growth --sizes=64",
        "growth --part=matmul --sizes=96,64",
        "growth --rounds=0",
        "step --work=nonsense",
        "start --programs=1",
        "fresh --forks=0",
        "fresh --threads=0",
        "state --steps=9",
        "state --seeds=1"
      })
  void wrongArgumentsAreRefused(String arguments) {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setErr(new PrintWriter(err))
            .execute(arguments.split(" "));
    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"growth", "step", "start", "fresh", "state"})
  void helpSaysWhatItIsAndHow(String study) {
    StringWriter out = new StringWriter();
    int exit =
        new CommandLine(new BenchCommand()).setOut(new PrintWriter(out)).execute(study, "--help");
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("Usage: bench " + study, "--threads", "--json", "Measure");
  }
}
