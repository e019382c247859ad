package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.models.run.Checkpoints;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL, again and again, to a process that runs the main job and writes a checkpoint before each
 * step. {@code simoom.kills} says how often.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledRunTest {
  private static final int KILLS = Integer.getInteger("simoom.kills", 3);
  private static final long SEED = Long.getLong("simoom.kills.seed", 1);
  private static final long PATIENCE_SECONDS = 300;
  private static final int MODEL_STEPS = 30;

  /** Lines of metrics of the whole run, one for each step. */
  private static final int LINES = 2 * MODEL_STEPS;

  /** Longer than a step, so that a kill may fall anywhere in one, its checkpoint included. */
  private static final int STEP_MILLIS = 15;

  @TempDir static Path temp;
  private static Path text;
  private static Path straight;

  @BeforeAll
  static void runFromStartToEnd() throws IOException {
    text = Cli.text(temp.resolve("text"));
    straight = temp.resolve("straight");
    assertThat(Cli.run(arguments(straight)).exit()).isZero();
  }

  /** A tiny run of more steps than tests usually need. */
  private static String[] arguments(Path folder) {
    return Stream.of(Cli.onText(text, folder))
        .map(a -> a.replaceFirst("^--lm-steps=.*", "--lm-steps=" + MODEL_STEPS))
        .map(a -> a.replaceFirst("^--sae-steps=.*", "--sae-steps=" + (LINES - MODEL_STEPS)))
        .toArray(String[]::new);
  }

  @Test
  void losesAtMostTheStepsSinceTheLastCheckpoint() throws Exception {
    Path folder = temp.resolve("killed");
    Random random = new Random(SEED);
    String[] arguments = arguments(folder);
    for (int kill = 0; kill < KILLS; kill++) {
      int from = kill * LINES / KILLS;
      int to = (kill + 1) * LINES / KILLS;
      int line = Math.min(LINES - 1, from + 1 + random.nextInt(to - from));
      killAt(line, random.nextInt(STEP_MILLIS), folder, arguments);
      long recorded = metrics(folder);
      long saved = savedLines(folder);
      assertThat(saved).as("lines saved before kill %d", kill).isBetween(recorded - 1, recorded);
      arguments = new String[] {"sae", "--quiet", "--resume", folder.toString()};
    }
    leaveHalfACheckpoint(folder);

    Cli.Outcome resumed = Cli.run(arguments);
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.exit()).isZero();
    for (String file : List.of("lm.safetensors", "sae.safetensors", "metrics.jsonl")) {
      assertThat(folder.resolve(file)).as(file).hasSameBinaryContentAs(straight.resolve(file));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void aCheckpointThatIsCutOffIsRefusedAndLeftAlone() throws IOException {
    Path folder = temp.resolve("cut");
    Files.createDirectories(folder);
    for (String file : List.of("config.json", "metrics.jsonl", "checkpoint.safetensors")) {
      Files.copy(straight.resolve(file), folder.resolve(file));
    }
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    byte[] whole = Files.readAllBytes(checkpoint);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    Files.write(checkpoint, half);

    Cli.Outcome resumed = Cli.run("sae", "--quiet", "--resume", folder.toString());
    assertThat(resumed.exit()).isEqualTo(1);
    assertThat(resumed.err().lines()).singleElement().asString().contains(checkpoint.toString());
    assertThat(checkpoint).hasBinaryContent(half);
    assertThat(folder.resolve("metrics.jsonl"))
        .hasSameBinaryContentAs(straight.resolve("metrics.jsonl"));
  }

  /** Starts the job and kills it some milliseconds after its metrics have so many lines. */
  private static void killAt(int line, int millis, Path folder, String... arguments)
      throws Exception {
    Path output = temp.resolve("output");
    List<String> jvm =
        List.of("--add-modules", "jdk.incubator.vector", "-Dsimoom.checkpoint.seconds=0");
    Process job = ChildRun.start(output, ChildRun.command(jvm, arguments));
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (metrics(folder) < line) {
        assertThat(job.isAlive()).as("the job runs; it said %s", Files.readString(output)).isTrue();
        assertThat(System.nanoTime()).as("time").isLessThan(end);
        Thread.sleep(1);
      }
      Thread.sleep(millis);
    } finally {
      job.destroyForcibly();
    }
    assertThat(job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
  }

  private static long metrics(Path folder) throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
  }

  /** Reads the checkpoint, which opens only if it is whole. */
  private static long savedLines(Path folder) throws IOException {
    try (SafetensorsFile state = new Checkpoints(folder).open()) {
      return Checkpoints.lines(state);
    }
  }

  /** What a kill in the middle of a checkpoint leaves. */
  private static void leaveHalfACheckpoint(Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve("checkpoint.safetensors"));
    Files.write(folder.resolve(".simoom-half.tmp"), Arrays.copyOf(whole, whole.length / 2));
  }
}
