package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole job with each sparsity, and runs from before there was a choice. */
class SparsityRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private String[] tiny(Path text, Path folder, String sparsity, String... more) {
    boolean penalised = List.of("relu-l1", "jumprelu", "gated").contains(sparsity);
    String[] all = Cli.onText(text, folder, more);
    String[] rest =
        Arrays.stream(all).filter(a -> !penalised || !a.startsWith("--k")).toArray(String[]::new);
    String[] command = Arrays.copyOf(rest, rest.length + 1);
    command[rest.length] = "--sparsity=" + sparsity;
    return command;
  }

  @ParameterizedTest
  @CsvSource({
    "batch-topk, jumprelu",
    "relu-l1, relu_l1",
    "jumprelu, jumprelu",
    "gated, gated",
    "multi-topk, multi_topk",
    "matryoshka, jumprelu"
  })
  void runsResumesAndEvaluates(String sparsity, String saved) throws IOException {
    Path text = Cli.text(temp.resolve("text"));
    Path straight = temp.resolve("straight");
    Cli.Outcome outcome = Cli.run(tiny(text, straight, sparsity, "--threads=1"));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    JsonNode metrics = JSON.readTree(straight.resolve("metrics.json").toFile());
    for (String key : new String[] {"sae.fvu", "sae.l0", "sae.dead_fraction", "sae.kl"}) {
      assertThat(metrics.path(key).isNumber()).as(key).isTrue();
    }
    assertThat(Files.readString(straight.resolve("report.html"))).contains(sparsity);
    assertThat(new String(Files.readAllBytes(straight.resolve("sae.safetensors")), 8, 2000))
        .contains("\"sparsity\":\"" + saved + "\"");

    SaeJobConfig config =
        RunDirectory.readJson(straight.resolve("config.json"), SaeJobConfig.class);
    Path folder = temp.resolve("stopped");
    Progress silent = new Progress(System.err, true, false);
    AtomicInteger asked = new AtomicInteger();
    Interruption afterSomeSteps = Interruption.when(() -> asked.incrementAndGet() >= 8);
    assertThat(SaeJob.start(config, folder, silent, afterSomeSteps, 2)).isFalse();
    assertThat(folder.resolve("sae.safetensors")).doesNotExist();
    assertThat(Cli.run("sae", "-q", "--threads=2", "--resume", folder.toString()).exit()).isZero();
    for (String name : new String[] {"sae.safetensors", "metrics.jsonl"}) {
      assertThat(folder.resolve(name)).hasSameBinaryContentAs(straight.resolve(name));
    }
    assertThat(Cli.run("sae", "eval", "-q", folder.toString()).exit()).isZero();
    assertThat(JSON.readTree(folder.resolve("metrics.json").toFile()).path("sae.fvu"))
        .isEqualTo(metrics.path("sae.fvu"));
  }

  @Test
  void aRunFromBeforeThereWasAChoiceIsOneOfTopK() throws IOException {
    Path folder = temp.resolve("old");
    assertThat(Cli.run(Cli.onText(Cli.text(temp.resolve("text")), folder)).exit()).isZero();
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    for (String added : new String[] {"sparsity", "penalty", "penaltyWarmup", "normalisation"}) {
      assertThat(((ObjectNode) config.path("sae")).remove(added)).isNotNull();
    }
    Files.writeString(file, config.toString());
    Cli.Outcome again = Cli.run("sae", "eval", "-q", folder.toString());
    assertThat(again.err()).isEmpty();
    assertThat(again.exit()).isZero();
    assertThat(Files.readString(folder.resolve("report.html"))).contains("topk");
  }
}
