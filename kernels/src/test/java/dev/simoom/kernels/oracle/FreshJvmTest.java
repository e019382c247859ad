package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

  private static final int PROCESSES = 3;

  @TempDir private Path folder;

  /**
   * One process in some leaves a kernel uncompiled that the next one compiles: which profile is
   * there first is a matter of time. What every one of a few leaves uncompiled is a defect.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noKernelIsLeftUncompiled(boolean reversed) throws IOException, InterruptedException {
    Set<String> always = complaints(reversed, folder.resolve("results 0"));
    for (int process = 1; process < PROCESSES && !always.isEmpty(); process++) {
      always.retainAll(complaints(reversed, folder.resolve("results " + process)));
    }
    assertThat(always).isEmpty();
  }

  private static Set<String> complaints(boolean reversed, Path results)
      throws IOException, InterruptedException {
    List<String> compiled = run(reversed, results);
    List<String> allocated =
        Files.readAllLines(results).stream().filter(l -> l.startsWith(FreshJvm.PREFIX)).toList();
    assertThat(allocated).hasSameSizeAs(TypicalKernels.all());
    assertThat(compiled.stream().filter(l -> l.contains(OURS))).isNotEmpty();
    Set<String> complaints = new TreeSet<>();
    for (String line : allocated) {
      if (!line.startsWith(FreshJvm.PREFIX + "0.0 bytes")) {
        complaints.add("allocates: " + line.substring(line.indexOf(": ") + 2));
      }
    }
    for (String line : compiled) {
      if (line.contains(GIVEN_UP) && line.contains(OURS)) {
        String method = line.substring(line.indexOf(OURS));
        // A hidden class has its address in its name.
        complaints.add("given up: " + method.replaceAll("/0x[0-9a-f]+", ""));
      }
    }
    return complaints;
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
