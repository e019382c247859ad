package dev.simoom.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the machine does not give ends a run with one line that says so, and exit code 1. */
class FailedRunTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path temp;

  @Test
  void aFolderThatMayNotBeWritten() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("locked"));
    assertThat(folder.toFile().setWritable(false)).isTrue();
    assumeFalse(Files.isWritable(folder), "whoever runs this may write everywhere");
    Cli.Outcome outcome = Cli.run(Cli.onText(Cli.text(temp.resolve("text")), folder));
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err().lines())
        .singleElement()
        .asString()
        .startsWith("simoom sae: no permission to use " + folder);
  }

  /** A file system of its own for the run, which needs namespaces that anyone may make. */
  @ParameterizedTest
  @CsvSource({"size=64k, No space left on device", "'size=64k,ro', Read-only file system"})
  void aFileSystemThatTakesNoMore(String mount, String complaint) throws Exception {
    Path disk = Files.createDirectories(temp.resolve("disk"));
    List<String> inside = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
    inside.addAll(List.of("--mount", "/bin/sh", "-c"));
    inside.add("mount -t tmpfs -o " + mount + " tmpfs '" + disk + "' && exec \"$@\"");
    inside.add("sh");
    List<String> probe = new ArrayList<>(inside);
    probe.add("true");
    assumeTrue(exit(probe) == 0, "no file system can be mounted here");

    Path text = Cli.text(temp.resolve("text"));
    inside.addAll(ChildRun.command(ChildRun.vectors(), Cli.onText(text, disk.resolve("run"))));
    assertFails(inside, complaint);
  }

  @Test
  void aJvmWithoutTheVectorApi() throws Exception {
    assertFails(
        ChildRun.command(List.of(), arguments()), "start java with --add-modules jdk.incubator");
  }

  @Test
  void aProcessorWithoutWideVectors() throws Exception {
    List<String> narrow = new ArrayList<>(ChildRun.vectors());
    narrow.add("-XX:MaxVectorSize=8");
    assertFails(ChildRun.command(narrow, arguments()), "have 64 bits, and kernels need 128");
  }

  @Test
  void aVectorWidthThatThereIsNot() throws Exception {
    List<String> odd = new ArrayList<>(ChildRun.vectors());
    odd.add("-Dsimoom.vector.bits=100");
    assertFails(ChildRun.command(odd, arguments()), "simoom.vector.bits is 100");
  }

  @Test
  void aHeapThatIsTooSmall() throws Exception {
    Path text = Files.writeString(temp.resolve("long.txt"), "int a;\nint b;\n".repeat(1 << 20));
    List<String> small = new ArrayList<>(ChildRun.vectors());
    small.add("-Xmx24m");
    assertFails(
        ChildRun.command(small, Cli.onText(text, temp.resolve("run"))),
        "the Java heap of 24 MiB is full; give it more, JAVA_OPTS=-Xmx8g say");
  }

  @Test
  void aSettingOfTheJvmThatIsNoNumber() throws Exception {
    List<String> wrong = new ArrayList<>(ChildRun.vectors());
    wrong.add("-Dsimoom.checkpoint.seconds=soon");
    assertFails(
        ChildRun.command(wrong, arguments()),
        "simoom.checkpoint.seconds is 'soon', and it must be a number");
  }

  private String[] arguments() throws IOException {
    return Cli.onText(Cli.text(temp.resolve("text")), temp.resolve("run"));
  }

  private void assertFails(List<String> command, String complaint) throws Exception {
    int exit = exit(command);
    // The JVM's own line about incubator modules cannot be switched off.
    assertThat(Files.readString(temp.resolve("output")).lines())
        .filteredOn(line -> !line.startsWith("WARNING: Using incubator modules"))
        .singleElement()
        .asString()
        .startsWith("simoom sae: ")
        .contains(complaint);
    assertThat(exit).isEqualTo(1);
  }

  /** The exit code of a command, or -1 where there is no such command. */
  private int exit(List<String> command) throws Exception {
    Process process;
    try {
      process = ChildRun.start(temp.resolve("output"), command);
    } catch (IOException e) {
      return -1;
    }
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }
}
