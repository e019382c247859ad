package dev.simoom.bench.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.models.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as the command line has it. */
final class ProfileCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void tellsTheKernelsOfATrainingRun() throws IOException {
    Path text = folder.resolve("text");
    Files.createDirectories(text);
    for (int file = 0; file < 6; file++) {
      String line = "for (int i = 0; i < n; i++) { sum%d += values[i + %d]; }\n";
      Files.writeString(text.resolve(file + ".txt"), line.formatted(file, file).repeat(40));
    }
    int exit =
        run(
            "profile",
            "--kernels=5",
            "sae",
            "--quiet",
            "--threads=2",
            "--vocabulary=300",
            "--context=16",
            "--width=16",
            "--heads=2",
            "--blocks=2",
            "--lm-steps=4",
            "--lm-batch=4",
            "--latents=32",
            "--k=4",
            "--sae-steps=5",
            "--sae-batch=32",
            "--buffer=128",
            "--features=6",
            "--text=" + text,
            "--out=" + folder.resolve("run"));
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains(folder.resolve("run").resolve("report.html").toString())
        .containsPattern("kernel +launches +time +share +GFLOP/s +GB/s +of ceiling")
        .containsPattern(
            "\\w+ [0-9x]+.* +\\d+ +[0-9.]+ [mu]?s +[0-9.]+ % +[0-9.]* +[0-9.]+ +[0-9.]+ % [Fc]")
        .containsPattern("\\d+ other kinds +\\d+")
        .containsPattern("[\\d,]+ runs of programs took .*, on 2 threads, are [0-9.]+ %");
  }

  @Test
  void aCommandThatFailsKeepsItsExitCodeAndItsComplaint() {
    assertThat(run("profile", "sae", "--lm-steps=none")).isEqualTo(2);
    assertThat(err.toString()).contains("--lm-steps");
    assertThat(out.toString()).contains("No kernel ran on the processor.");
  }

  @Test
  void aCommandMustBeNamed() {
    assertThat(run("profile")).isEqualTo(2);
    assertThat(err.toString()).contains("COMMAND");
    assertThat(run("profile", "--kernels=0", "devices")).isEqualTo(2);
    assertThat(err.toString()).contains("--kernels must be 1 or more, got 0");
  }
}
