package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts the same program in fresh processes and fails if a kernel is not compiled in the end: now
 * and then a method that is too much for the compilers stays interpreted for good, a hundred times
 * slower, and only a fresh process shows it. Code that is not compiled makes an object of every
 * vector, which needs no clock to be seen; and the compiler says which methods it gave up.
 */
@Tag("once")
class FreshJvmTest {
  private static final String GIVEN_UP = "COMPILE SKIPPED";
  private static final String OURS = "dev.simoom";

  /** Such a method is tried again. */
  private static final String PUT_OFF = "concurrent class loading";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noKernelIsLeftUncompiled(boolean reversed) throws IOException, InterruptedException {
    Path results = folder.resolve("results");
    List<String> compiled = run(reversed, results);
    assertThat(Files.readAllLines(results).stream().filter(l -> l.startsWith(FreshJvm.PREFIX)))
        .hasSameSizeAs(TypicalKernels.all())
        .allSatisfy(line -> assertThat(line).startsWith(FreshJvm.PREFIX + "0.0 bytes"));
    assertThat(compiled.stream().filter(l -> l.contains(OURS))).isNotEmpty();
    assertThat(compiled.stream().filter(FreshJvmTest::isGivenUp)).isEmpty();
  }

  private static boolean isGivenUp(String line) {
    return line.contains(GIVEN_UP) && line.contains(OURS) && !line.contains(PUT_OFF);
  }

  /** Runs the kernels in a new process and gives what its compilers report. */
  private static List<String> run(boolean reversed, Path results)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+PrintCompilation",
            "-cp",
            System.getProperty("java.class.path"),
            FreshJvm.class.getName(),
            Boolean.toString(reversed));
    Process process = new ProcessBuilder(command).redirectError(results.toFile()).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("exit status of %s", command).isZero();
    return lines;
  }
}
