package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simoom.models.pretrained.TinyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a model that others trained: its run, what goes on from there, and complaints. */
class PretrainedRunTest {
  @TempDir private static Path temp;
  private static Path model;
  private static Path run;
  private static Cli.Outcome outcome;

  @BeforeAll
  static void runFromStartToEnd() throws IOException {
    model = Files.createDirectory(temp.resolve("model"));
    TinyFolder.write(model);
    run = temp.resolve("run");
    outcome = Cli.run(arguments(run));
  }

  private static String[] arguments(Path out, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("sae", "--quiet", "--out=" + out, "--model=" + model));
    arguments.add("--text=" + Cli.text(temp.resolve("text")));
    arguments.addAll(List.of("--context=16", "--lm-batch=4"));
    arguments.addAll(Cli.TINY_AUTOENCODER);
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void trainsTheAutoencoderAloneAndEvaluatesItInTheModel() throws IOException {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(run.resolve("lm.safetensors")).doesNotExist();
    assertThat(run.resolve("tokenizer.json")).doesNotExist();
    JsonNode config = new ObjectMapper().readTree(run.resolve("config.json").toFile());
    assertThat(config.path("model").asText()).isEqualTo(model.toString());
    assertThat(config.path("vocabulary").asInt()).isEqualTo(TinyFolder.VOCABULARY);
    assertThat(config.path("width").asInt()).isEqualTo(32);
    assertThat(config.path("layer").asInt()).isEqualTo(1);
    JsonNode metrics = new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    // A random model knows nothing, and says so in nats.
    assertThat(metrics.path("lm.loss").asDouble()).isGreaterThan(Math.log(TinyFolder.VOCABULARY));
    assertThat(metrics.path("sae.fvu").asDouble()).isBetween(0.0, 1.5);
    assertThat(metrics.path("sae.ce_clean").isNumber()).isTrue();
    assertThat(Files.readString(run.resolve("report.html"))).contains(model.toString());
  }

  @Test
  void theSameRunAgainHasTheSameBytes() throws IOException {
    Path again = temp.resolve("again");
    assertThat(Cli.run(arguments(again, "--threads=1")).exit()).isZero();
    for (String name : List.of("sae.safetensors", "metrics.jsonl")) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(run.resolve(name));
    }
  }

  @Test
  void evaluatesAgainAndGoesOnWithATextFromTheRunOrTheFolder() {
    assertThat(Cli.run("sae", "eval", "-q", run.toString()).exit()).isZero();
    String[] sample = {"sae", "sample", run.toString(), "--prompt=the value", "--tokens=5"};
    Cli.Outcome fromRun = Cli.run(sample);
    assertThat(fromRun.err()).isEmpty();
    assertThat(fromRun.out()).startsWith("the value").hasSizeGreaterThan("the value\n".length());
    sample[2] = model.toString();
    assertThat(Cli.run(sample)).isEqualTo(fromRun);
  }

  @Test
  void anotherModelInTheFolderIsNotTheOneOfTheRun() throws IOException {
    Path mine = Files.createDirectory(temp.resolve("mine"));
    TinyFolder.write(mine);
    Path out = temp.resolve("changed");
    List<String> arguments = new ArrayList<>(List.of(arguments(out)));
    arguments.replaceAll(a -> a.startsWith("--model=") ? "--model=" + mine : a);
    assertThat(Cli.run(arguments.toArray(String[]::new)).exit()).isZero();
    Files.writeString(mine.resolve("config.json"), " ", StandardOpenOption.APPEND);
    Cli.Outcome eval = Cli.run("sae", "eval", "-q", out.toString());
    assertThat(eval.exit()).isEqualTo(1);
    assertThat(eval.err()).contains("is not what the run in " + out + " began with");
  }

  @Test
  void whatAModelLeavesNoChoiceAboutIsRefused() throws IOException {
    refused("--width=64", "--model reads a model that is trained; leave out --width");
    refused("--lm-steps=3", "leave out --lm-steps");
    refused("--context=25", "--context must be 1 to 24");
    refused("--layer=3", "--layer must be 0 to 2, got 3");
    refused("--model=" + temp.resolve("nowhere"), "is given twice");
  }

  @Test
  void aFolderWithoutAModelIsNamed() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Cli.Outcome missing = Cli.run("sae", "--model=" + temp.resolve("nowhere"));
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("nowhere is no folder");
    Cli.Outcome bare = Cli.run("sae", "--model=" + empty);
    assertThat(bare.exit()).isEqualTo(1);
    assertThat(bare.err().lines()).singleElement().asString().contains("config.json");
  }

  private static void refused(String option, String complaint) throws IOException {
    Path out = temp.resolve("refused");
    List<String> arguments = new ArrayList<>(List.of(arguments(out)));
    String name = option.split("=")[0] + "=";
    if (!name.equals("--model=")) {
      arguments.removeIf(a -> a.startsWith(name));
    }
    arguments.add(option);
    Cli.Outcome refusal = Cli.run(arguments.toArray(String[]::new));
    assertThat(refusal.exit()).as(option).isEqualTo(2);
    assertThat(refusal.err()).contains(complaint);
    assertThat(out).doesNotExist();
  }
}
