package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, which is SIGINT, to a process that runs the main job. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedRunTest {
  private static final long PATIENCE_SECONDS = 300;

  @TempDir static Path temp;
  private static Path text;
  private static Path straight;

  @BeforeAll
  static void runFromStartToEnd() throws IOException {
    assumeFalse(ignoresInterrupts(), "processes started here ignore SIGINT, as in a shell's '&'");
    text = Cli.text(temp.resolve("text"));
    straight = temp.resolve("straight");
    assertThat(Cli.run(ChildRun.onText(text, straight)).exit()).isZero();
  }

  /** An ignored signal stays ignored in child processes, and the JVM then does not listen to it. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) >> 1 & 1) == 1);
  }

  @Test
  void stopsInTheLanguageModelAndGoesOn() throws Exception {
    Path folder = temp.resolve("in the model");
    interruptAt("\"stage\":\"lm\"", folder);
    assertThat(folder.resolve("lm.safetensors")).doesNotExist();
    assertResumes(folder);
  }

  @Test
  void stopsInTheAutoencoderAndGoesOn() throws Exception {
    Path folder = temp.resolve("autoencoder");
    interruptAt("\"stage\":\"sae\"", folder);
    assertThat(folder.resolve("lm.safetensors")).exists();
    assertThat(folder.resolve("sae.safetensors")).doesNotExist();
    assertResumes(folder);
  }

  /** Starts the job and sends SIGINT as soon as its metrics have a line of a stage. */
  private static void interruptAt(String line, Path folder) throws Exception {
    Process job =
        ChildRun.start(
            outputFile(folder),
            ChildRun.command(ChildRun.vectors(), ChildRun.onText(text, folder)));
    try {
      Path metrics = folder.resolve("metrics.jsonl");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!Files.exists(metrics) || !Files.readString(metrics).contains(line)) {
        assertThat(job.isAlive()).as("the job runs; it said %s", output(folder)).isTrue();
        assertThat(System.nanoTime()).as("time").isLessThan(end);
        Thread.sleep(1);
      }
      Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -INT " + job.pid()).start();
      assertThat(kill.waitFor()).isZero();
      assertThat(job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it stopped").isTrue();
      assertThat(job.exitValue()).isEqualTo(130);
    } finally {
      job.destroyForcibly();
    }
  }

  private static Path outputFile(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".output");
  }

  private static String output(Path folder) throws IOException {
    return Files.readString(outputFile(folder));
  }

  /** Follows what the job printed, and compares with the run that was not interrupted. */
  private static void assertResumes(Path folder) throws IOException {
    assertThat(folder.resolve("checkpoint.safetensors")).isNotEmptyFile();
    String name = folder.toString().contains(" ") ? "'" + folder + "'" : folder.toString();
    String stopped = output(folder).lines().reduce((a, b) -> b).orElse("");
    assertThat(stopped).isEqualTo("Stopped. Continue with: ./simoom sae --resume " + name);
    Cli.Outcome resumed = Cli.run("sae", "--quiet", "--resume", folder.toString());
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.exit()).isZero();
    for (String file : List.of("lm.safetensors", "sae.safetensors", "metrics.jsonl")) {
      assertThat(folder.resolve(file)).as(file).hasSameBinaryContentAs(straight.resolve(file));
    }
  }
}
