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

  @Test
  void whatIsWrongWithAFileIsSaidInOneLine() throws IOException {
    Path out = temp.resolve("run");
    Path two = file("two.safetensors", DType.F32, "acts", "more");
    assertFails(1, "name one: [acts, more]", run(two, out));
    assertFails(2, "--tensor: no 'act' in " + two, run(two, out, "--tensor=act"));
    assertFails(2, "leave out --layer", run(two, out, "--tensor=acts", "--layer=1"));
    assertFails(2, "leave out --width", run(two, out, "--tensor=acts", "--width=4"));
    Path none = temp.resolve("none");
    assertFails(2, "--activations: " + none + " does not exist", run(none, out));
    Path empty = Files.writeString(temp.resolve("empty"), "");
    assertFails(1, "empty", run(empty, out));
    Path prose = Files.writeString(temp.resolve("prose"), "This is no file of tensors.");
    assertFails(1, "is this a safetensors file?", run(prose, out));
    Path ids = temp.resolve("ids");
    Tensor numbers = Tensor.ofInts(Shape.of(2, 2), 1, 2, 3, 4);
    new SafetensorsWriter()
        .add("ids", DType.I32, numbers.shape(), numbers.contiguousSegment())
        .write(ids);
    assertFails(1, "0 tensors can hold activations", run(ids, out));
    assertFails(1, "activations are [rows, width]", run(ids, out, "--tensor=ids"));
    assertThat(out).doesNotExist();

    Tensor pair = activations(2);
    Path small = temp.resolve("small");
    new SafetensorsWriter()
        .add("acts", DType.F32, pair.shape(), pair.contiguousSegment())
        .write(small);
    assertFails(1, "at least 3 rows", run(small, out));
  }
}
