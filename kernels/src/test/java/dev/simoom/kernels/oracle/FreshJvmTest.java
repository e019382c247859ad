package dev.simoom.kernels.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Starts the same program several times and fails if a kernel ended far slower in one process than
 * in another: now and then a method that is too much for the compilers stays interpreted for good,
 * a hundred times slower, and only a fresh process shows it.
 */
@Tag("once")
class FreshJvmTest {
  private static final int PROCESSES = 3;
  private static final double TOO_SLOW = 10;

  @Test
  void noKernelIsLeftUncompiled() throws IOException, InterruptedException {
    List<Kernel> kernels = TypicalKernels.all();
    List<double[]> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      double[] times = run().stream().mapToDouble(Double::parseDouble).toArray();
      assertThat(times).hasSameSizeAs(kernels);
      processes.add(times);
    }
    for (int i = 0; i < kernels.size(); i++) {
      int kernel = i;
      double[] times = processes.stream().mapToDouble(t -> t[kernel]).toArray();
      double best = Arrays.stream(times).min().orElseThrow();
      assertThat(Arrays.stream(times).max().orElseThrow())
          .as("%s takes %s in different processes", kernels.get(i).name(), Arrays.toString(times))
          .isLessThan(TOO_SLOW * best);
    }
  }

  private static List<String> run() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            FreshJvm.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("exit status of %s", command).isZero();
    return lines;
  }
}
