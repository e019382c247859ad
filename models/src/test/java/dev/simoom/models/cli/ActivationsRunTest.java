package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.models.job.SaeJob;
import dev.simoom.models.job.SaeJobConfig;
import dev.simoom.models.run.Interruption;
import dev.simoom.models.run.Progress;
import dev.simoom.models.run.RunDirectory;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on activations from a file. */
class ActivationsRunTest {
  private static final int ROWS = 200;
  private static final int WIDTH = 8;

  @TempDir Path temp;

  /** Halves, which all types hold exactly. */
  private static Tensor activations(int rows) {
    Random random = new Random(1);
    float[] x = new float[rows * WIDTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (random.nextInt(17) - 8) / 2f;
    }
    return Tensor.of(Shape.of(rows, WIDTH), x);
  }

  private Path file(String name, DType type, String... tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String tensor : tensors) {
      Tensor typed = activations(ROWS).cast(type);
      writer.add(tensor, type, typed.shape(), typed.contiguousSegment());
    }
    Path file = temp.resolve(name);
    writer.write(file);
    return file;
  }

  private static Cli.Outcome run(Path file, Path folder, String... more) {
    List<String> arguments = new ArrayList<>(Cli.TINY_AUTOENCODER);
    arguments.addAll(0, List.of("sae", "-q", "--threads=2", "--out=" + folder));
    arguments.add("--activations=" + file);
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private static void assertFails(int exit, String part, Cli.Outcome outcome) {
    assertThat(outcome.err().lines()).singleElement().asString().contains(part);
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void everyTypeTrainsTheSameAutoencoderAndAStoppedRunGoesOn() throws IOException {
    Path f32 = temp.resolve("f32");
    assertThat(run(file("f32.safetensors", DType.F32, "acts"), f32).exit()).isZero();
    Path f16 = temp.resolve("f16");
    Path two = file("f16.safetensors", DType.F16, "acts", "more");
    assertThat(run(two, f16, "--tensor=acts").exit()).isZero();
    assertThat(f16.resolve("sae.safetensors"))
        .hasSameBinaryContentAs(f32.resolve("sae.safetensors"));
    assertThat(Files.readString(f32.resolve("metrics.json")))
        .contains("sae.fvu", "sae.l0", "sae.dead_fraction", "seconds")
        .doesNotContain("lm.");
    assertThat(f32.resolve("report.html")).isNotEmptyFile();

    Path bf16 = temp.resolve("bf16");
    SaeJobConfig config = RunDirectory.readJson(f32.resolve("config.json"), SaeJobConfig.class);
    Path input = file("bf16.safetensors", DType.BF16, "acts");
    SaeJobConfig other = onFile(config, input);
    AtomicInteger asked = new AtomicInteger();
    Interruption atThird = Interruption.when(() -> asked.incrementAndGet() == 3);
    Progress silent = new Progress(System.err, true, false);
    assertThat(SaeJob.start(other, bf16, silent, atThird, 1)).isFalse();
    assertThat(Cli.run("sae", "-q", "--resume=" + bf16).exit()).isZero();
    for (String name : List.of("sae.safetensors", "metrics.jsonl")) {
      assertThat(bf16.resolve(name)).hasSameBinaryContentAs(f32.resolve(name));
    }
    assertThat(Cli.run("sae", "eval", "-q", bf16.toString()).exit()).isZero();

    file("bf16.safetensors", DType.F32, "acts");
    assertFails(
        1,
        "the activations file is not what the run in " + bf16 + " began with",
        Cli.run("sae", "eval", "-q", bf16.toString()));
  }

  private static SaeJobConfig onFile(SaeJobConfig c, Path file) {
    return new SaeJobConfig(
        c.text(),
        c.textBytes(),
        c.model(),
        c.vocabulary(),
        c.context(),
        c.width(),
        c.heads(),
        c.blocks(),
        c.lm(),
        c.layer(),
        file.toString(),
        c.tensor(),
        c.sae(),
        c.features(),
        c.evaluationBatches(),
        c.seed());
  }
}
