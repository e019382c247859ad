package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a few kilobytes of text, beside one run from start to end. */
class SaeRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SAME_BYTES =
      List.of("lm.safetensors", "sae.safetensors", "tokenizer.json", "metrics.jsonl");

  @TempDir static Path temp;
  private static Path text;
  private static Path straight;
  private static Cli.Outcome outcome;

  @BeforeAll
  static void runFromStartToEnd() throws IOException {
    text = Cli.text(temp.resolve("text"));
    Files.writeString(temp.resolve("more.txt"), "char more = more();\n".repeat(20));
    straight = temp.resolve("straight");
    outcome = Cli.run(Cli.onText(text, straight, "--threads=1", more()));
  }

  private static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  private static void assertSameBytes(Path folder) {
    for (String name : SAME_BYTES) {
      assertThat(folder.resolve(name)).as(name).hasSameBinaryContentAs(straight.resolve(name));
    }
  }

  private static String more() {
    return "--text=" + temp.resolve("more.txt");
  }

  /** Stops a job when it asks for the nth time. */
  private static Interruption atQuestion(int number) {
    AtomicInteger asked = new AtomicInteger();
    return Interruption.when(() -> asked.incrementAndGet() >= number);
  }

  @Test
  void writesEveryFileAndSaysOnlyWhereTheReportIs() throws IOException {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out().lines()).containsExactly(straight.resolve("report.html").toString());
    assertThat(straight.resolve("config.json")).exists();
    for (String name : SAME_BYTES) {
      assertThat(straight.resolve(name)).isNotEmptyFile();
    }
    JsonNode config = json(straight.resolve("config.json"));
    assertThat(config.path("text")).hasSize(2);
    assertThat(config.path("vocabulary").asInt()).isEqualTo(300);
    JsonNode metrics = json(straight.resolve("metrics.json"));
    for (String key :
        List.of(
            "lm.loss",
            "lm.bits_per_byte",
            "sae.fvu",
            "sae.l0",
            "sae.dead_fraction",
            "sae.ce_recovered",
            "sae.kl",
            "sae.cosine",
            "sae.l2_ratio",
            "sae.reconstruction_bias",
            "sae.probe_loss",
            "sae.probe_loss_base",
            "sae.ablation_sparsity",
            "sae.ablation_sparsity_channels",
            "seconds")) {
      assertThat(metrics.path(key).isNumber()).as(key).isTrue();
    }
    assertThat(metrics.path("lm.loss").asDouble()).isBetween(0.0, 6.0);
    assertThat(metrics.path("sae.l0").asDouble()).isBetween(0.1, 4.0);
    assertThat(metrics.path("sae.kl").asDouble()).isNotNegative();
    assertThat(metrics.path("sae.probe_loss").asDouble())
        .isBetween(0.0, metrics.path("sae.probe_loss_base").asDouble());
    assertThat(metrics.path("sae.ablation_sparsity").asDouble()).isBetween(0.0, 1.0);
    assertThat(Files.readString(straight.resolve("report.html")))
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n");
    assertThat(
            RunDirectory.readMetrics(straight).stream()
                .map(n -> n.path("stage").asText() + n.path("step").asInt()))
        .containsExactly("lm1", "lm2", "lm3", "lm4", "sae1", "sae2", "sae3", "sae4", "sae5");
  }

  @Test
  void twoAndThreeThreadsGiveTheSameBytes() {
    for (int threads : new int[] {2, 3}) {
      Path folder = temp.resolve("threads" + threads);
      assertThat(Cli.run(Cli.onText(text, folder, "--threads=" + threads, more())).exit()).isZero();
      assertSameBytes(folder);
    }
  }

  @Test
  void stoppedInBothStagesAndResumedGivesTheSameBytes() throws IOException {
    SaeJobConfig config =
        RunDirectory.readJson(straight.resolve("config.json"), SaeJobConfig.class);
    Path folder = temp.resolve("stopped");
    Progress silent = new Progress(System.err, true, false);
    assertThat(SaeJob.start(config, folder, silent, atQuestion(3), 2)).isFalse();
    assertThat(RunDirectory.readMetrics(folder)).hasSize(2);
    assertThat(folder.resolve("lm.safetensors")).doesNotExist();

    Cli.Outcome eval = Cli.run("sae", "eval", "-q", folder.toString());
    assertThat(eval.exit()).isEqualTo(1);
    assertThat(eval.err().lines()).singleElement().asString().contains("--resume " + folder);

    // Two questions are left of the language model's four steps, the fifth follows two of its own.
    assertThat(SaeJob.resume(folder, silent, atQuestion(5), 2)).isFalse();
    assertThat(RunDirectory.readMetrics(folder)).hasSize(6);
    assertThat(folder.resolve("sae.safetensors")).doesNotExist();

    // Lines after the checkpoint, as a crash leaves them, are dropped.
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        Files.readString(folder.resolve("metrics.jsonl")) + "{\"stage\":\"sae\",\"step\":3}\n");
    Cli.Outcome resumed = Cli.run("sae", "-q", "--threads=1", "--resume", folder.toString());
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.exit()).isZero();
    assertSameBytes(folder);
  }

  @Test
  void evaluatesAgainWithTheSameFigures() throws IOException {
    Path file = straight.resolve("metrics.json");
    JsonNode before = json(file);
    Files.delete(file);
    Files.delete(straight.resolve("report.html"));
    Cli.Outcome again = Cli.run("sae", "eval", "--quiet", "--threads=2", straight.toString());
    assertThat(again.exit()).isZero();
    assertThat(again.out().lines()).containsExactly(straight.resolve("report.html").toString());
    assertThat(straight.resolve("report.html")).exists();
    JsonNode after = json(file);
    assertThat(after.size()).isEqualTo(before.size());
    before
        .properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("seconds")) {
                assertThat(after.get(entry.getKey())).isEqualTo(entry.getValue());
              }
            });
    // The seconds of the training count, not those of this evaluation alone.
    assertThat(after.get("seconds").asDouble())
        .isCloseTo(before.get("seconds").asDouble(), within(60.0));
  }

  @Test
  void refusesToGoOnWithOtherText() throws IOException {
    Path changing = Cli.text(temp.resolve("changing"));
    Path folder = temp.resolve("changed");
    assertThat(Cli.run(Cli.onText(changing, folder)).exit()).isZero();
    Path file = changing.resolve("file3.txt");
    Files.writeString(file, Files.readString(file).replaceFirst("int", "var"));
    for (String[] command :
        new String[][] {{"sae", "--resume=" + folder, "-q"}, {"sae", "eval", folder + "", "-q"}}) {
      Cli.Outcome refused = Cli.run(command);
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err().lines())
          .singleElement()
          .asString()
          .contains("the text is not what the run in " + folder + " began with");
    }
  }

  @Test
  void refusesAFolderThatHoldsARunAndOptionsBesideResume() {
    assertRefused("--out: " + straight, Cli.onText(text, straight));
    assertRefused("leave out --k", "sae", "--resume=" + straight, "--k=3");
    assertRefused("--resume: " + temp + " holds no run", "sae", "--resume=" + temp);
    assertRefused("DIR: " + temp + " holds no run", "sae", "eval", temp.toString());
  }

  private static void assertRefused(String part, String... command) {
    Cli.Outcome refused = Cli.run(command);
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err().lines()).singleElement().asString().contains(part);
    assertThat(refused.out()).isEmpty();
  }
}
