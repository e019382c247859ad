package dev.simoom.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.BackendException;
import dev.simoom.kernels.Copy;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.DeviceInfo;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.codegen.KernelFolder;
import dev.simoom.kernels.tornado.memory.DeviceArray;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Task;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** What cannot be had is said in one line, with the remedy. */
class FailureTest {
  private static final String FOLDER = System.getProperty(KernelFolder.PROPERTY);

  @TempDir private Path temp;

  @AfterEach
  void restore() {
    System.setProperty(KernelFolder.PROPERTY, FOLDER);
  }

  @Test
  void aDeviceThatIsNotThere() {
    for (int number : new int[] {-1, 99}) {
      assertThatThrownBy(() -> Backend.of("tornado", number))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("no device " + number + ": TornadoVM has ")
          .hasMessageContaining("counted from 0");
    }
  }

  @Test
  void aBackendThatIsNotThere() {
    assertThatThrownBy(() -> Backend.of("abacus", 0))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("no backend 'abacus' on the class path: add dev.simoom:");
  }

  @Test
  void noTornado() throws Exception {
    assertThat(complaintWithoutTornado(null))
        .contains("TornadoVM cannot start (class uk.ac.manchester.tornado")
        .contains("is not there")
        .contains("set TORNADOVM_HOME");
    assertThat(complaintWithoutTornado("/nowhere"))
        .contains("TORNADOVM_HOME is /nowhere, where there is no tornado-argfile");
  }

  @Test
  void aKernelThatDoesNotCompile() {
    ArrayRef ref = new ArrayRef(0, ElementType.FLOAT);
    DeviceArray array = new DeviceArray(ref, 128, Role.INTERMEDIATE, "test");
    Code code = new Code.Template(CatalogueCode.class, "fused");
    Task wrong = new Task("fused test", code, List.of(ref, ref), Grid.of(4, 32));
    Task right =
        new Task(
            "sum test",
            new Code.Template(CatalogueCode.class, "scalar", 1, 1f),
            List.of(ref, ref),
            Grid.of(1, 1));
    assertThatThrownBy(() -> runOnce(List.of(array), List.of(right, wrong)))
        .isInstanceOf(KernelFailure.class)
        .hasMessageContaining("kernel 'fused test' does not ");
  }

  private static void runOnce(List<DeviceArray> arrays, List<Task> tasks) {
    try (Plan plan = new Plan(device(1 << 20), arrays, List.of(), tasks)) {
      plan.run();
    }
  }

  @Test
  void tooLittleMemory() {
    DeviceBackend backend = new DeviceBackend(device(100_000));
    Strided dense = Strided.dense(DType.F32, List.of(20_000L));
    Launch launch =
        new Launch(
            new Copy(List.of(20_000L), dense, dense),
            List.of(new Operand(0, 0), new Operand(1, 0)));
    assertThatThrownBy(() -> backend.compile(List.of(launch)))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("device 0 (small): 160,224 bytes are needed, of 100,000 are 0 taken")
        .hasMessageContaining("slot 0 (80,112)");
    Launch half =
        new Launch(
            new Copy(List.of(10_000L), dense, dense),
            List.of(new Operand(0, 0), new Operand(1, 0)));
    backend.compile(List.of(half)).close();
    try (var open = backend.compile(List.of(half))) {
      assertThatThrownBy(() -> backend.compile(List.of(half)))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageContaining("of 100,000 are 80,224 taken");
      assertThat(open.explain()).contains("80,224 bytes of memory");
    }
  }

  @Test
  void noFolderForKernels() throws IOException {
    System.clearProperty(KernelFolder.PROPERTY);
    assertThatThrownBy(KernelFolder::configured)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start Java with -Dsimoom.kernels=FOLDER");
    System.setProperty(KernelFolder.PROPERTY, temp.toString());
    assertThatThrownBy(KernelFolder::configured)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(temp + ", is not on the class path");
    Path file = Files.createFile(temp.resolve("file"));
    System.setProperty(KernelFolder.PROPERTY, file.resolve("kernels").toString());
    assertThatThrownBy(KernelFolder::configured)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be written");
  }

  private static OpenDevice device(long memory) {
    TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getBackend(0).getDevice(0);
    DeviceInfo info = new DeviceInfo("tornado", 0, "GPU", "small", "none", memory);
    return new OpenDevice(info, device, KernelFolder.configured());
  }

  /** What the provider says in a JVM that has neither TornadoVM nor the emulator. */
  private static String complaintWithoutTornado(String home) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("emulator") && !entry.contains("tornado-api"))
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            classPath,
            Complaint.class.getName());
    builder.environment().remove("TORNADOVM_HOME");
    if (home != null) {
      builder.environment().put("TORNADOVM_HOME", home);
    }
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return Stream.of(output.split("\n")).skip(1).collect(Collectors.joining("\n"));
  }

  /** Prints why there are no devices. */
  static final class Complaint {
    private Complaint() {}

    static void main() {
      try {
        System.out.println(new TornadoProvider().devices());
      } catch (BackendException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
