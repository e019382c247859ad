package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.models.job.SaeAblation;
import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison of autoencoders on tiny runs. */
class AblateRunTest {
  @TempDir static Path temp;
  private static Path run;

  @BeforeAll
  static void runTheJob() throws IOException {
    run = temp.resolve("run");
    assertThat(Cli.run(Cli.onText(Cli.text(temp.resolve("text")), run)).exit()).isZero();
  }

  private static SaeAblation.Table ablate(int steps, int seeds, int threads) throws IOException {
    Path file = run.resolve("ablation.json");
    Files.deleteIfExists(file);
    Cli.Outcome outcome =
        Cli.run(
            "sae",
            "ablate",
            "-q",
            "--steps=" + steps,
            "--seeds=" + seeds,
            "--threads=" + threads,
            run.toString());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    SaeAblation.Table table = RunDirectory.readJson(file, SaeAblation.Table.class);
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(1 + table.outcomes().size());
    assertThat(lines.getFirst()).contains("seed", "FVU", "L0", "never fired", "dead in training");
    for (int i = 0; i < table.outcomes().size(); i++) {
      SaeAblation.Outcome o = table.outcomes().get(i);
      assertThat(lines.get(i + 1))
          .startsWith(o.variant())
          .contains(String.format(Locale.ROOT, "%5d %8.4f %7.1f", o.seed(), o.fvu(), o.l0()));
    }
    return table;
  }

  @Test
  void comparesAllVariantsWithEachSeedOnAFinishedRun() throws IOException {
    SaeAblation.Table table = ablate(200, 2, 2);
    assertThat(table.steps()).isEqualTo(200);
    assertThat(table.outcomes().stream().map(o -> o.variant() + " " + o.seed()))
        .containsExactly(
            "TopK, AuxK, tied 1",
            "TopK, AuxK, tied 2",
            "TopK, no AuxK, untied 1",
            "TopK, no AuxK, untied 2",
            "ReLU + L1 1",
            "ReLU + L1 2");
    for (SaeAblation.Outcome o : table.outcomes()) {
      assertThat(o.fvu()).as("%s", o).isBetween(0.0, 2.0);
      assertThat(o.neverFired()).as("%s", o).isBetween(0.0, 1.0);
      assertThat(o.deadInTraining()).as("%s", o).isBetween(0.0, 1.0);
      // TopK keeps 4, while the penalty of ReLU has only begun to grow.
      boolean relu = o.variant().startsWith("ReLU");
      assertThat(o.l0()).as("%s", o).isBetween(relu ? 4.1 : 3.0, relu ? 48.0 : 4.0);
    }
    for (int seed = 0; seed < 2; seed++) {
      double withRemedies = table.outcomes().get(seed).fvu();
      assertThat(withRemedies).isLessThan(table.outcomes().get(2 + seed).fvu());
    }
  }

  @Test
  void outcomesDoNotDependOnTheNumberOfThreads() throws IOException {
    assertThat(ablate(5, 1, 3)).isEqualTo(ablate(5, 1, 1));
  }

  @Test
  void refusesARunThatStoppedAndOneOnActivations() throws IOException {
    Path stopped = temp.resolve("stopped");
    SaeJobConfig config = RunDirectory.readJson(run.resolve("config.json"), SaeJobConfig.class);
    Progress silent = new Progress(System.err, true, false);
    assertThat(SaeJob.start(config, stopped, silent, Interruption.when(() -> true), 1)).isFalse();
    assertRefused(1, "continue it with --resume " + stopped, "sae", "ablate", stopped.toString());

    Path file = temp.resolve("activations.safetensors");
    Tensor rows = new RandomStream(1).normal(Shape.of(200, 8));
    new SafetensorsWriter()
        .add("rows", DType.F32, rows.shape(), rows.contiguousSegment())
        .write(file);
    Path onFile = temp.resolve("on file");
    List<String> arguments = new ArrayList<>(List.of("sae", "-q", "--out=" + onFile));
    arguments.add("--activations=" + file);
    arguments.addAll(Cli.TINY_AUTOENCODER);
    assertThat(Cli.run(arguments.toArray(String[]::new)).exit()).isZero();
    assertRefused(1, "name one on text", "sae", "ablate", onFile.toString());
    assertThat(onFile.resolve("ablation.json")).doesNotExist();

    assertRefused(2, "DIR: " + temp + " holds no run", "sae", "ablate", temp.toString());
    assertRefused(2, "--steps must be", "sae", "ablate", run.toString(), "--steps=0");
    assertRefused(2, "--seeds must be", "sae", "ablate", run.toString(), "--seeds=0");
  }

  private static void assertRefused(int exit, String part, String... command) {
    Cli.Outcome refused = Cli.run(command);
    assertThat(refused.err().lines()).singleElement().asString().contains(part);
    assertThat(refused.exit()).isEqualTo(exit);
    assertThat(refused.out()).isEmpty();
  }
}
