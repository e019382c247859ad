package dev.simoom.bench.suite;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts workers. */
public final class Workers implements AutoCloseable {
  private static final String SCRIPT = "peer.py";

  private final String python;
  private final Path script;

  /**
   * A starter of workers.
   *
   * @param python the interpreter of the peer
   */
  Workers(String python) throws IOException {
    this.python = python;
    this.script = Files.createTempFile("simoom-", "-" + SCRIPT);
    try (InputStream content = Workers.class.getResourceAsStream(SCRIPT)) {
      Files.copy(content, script, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * A fresh JVM with the options of this one, which works on threads of the processor.
   *
   * @throws IOException if no process can be started, or it ended at once
   */
  public static Worker fork(int threads) throws IOException {
    Worker worker = fork();
    worker.hello(Place.processor(threads));
    return worker;
  }

  /** A fresh JVM with the options of this one, which nobody has said hello to. */
  static Worker fork() throws IOException {
    return jvm(System.getProperty("java.class.path"), BenchWorker.class);
  }

  /** A JVM with the other libraries that {@code -Ppeers} brought, if it did. */
  Optional<Worker> jvmPeers() throws IOException {
    Path libraries = Path.of(System.getProperty("simoom.home", "."), "bench/target/peers-lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    String classPath =
        System.getProperty("java.class.path") + File.pathSeparator + libraries.resolve("*");
    return Optional.of(jvm(classPath, JvmPeerWorker.class));
  }

  private static Worker jvm(String classPath, Class<?> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath, main.getName()));
    return new Worker(ProcessLink.start(command, Map.of()));
  }

  /** PyTorch in a process of its own. */
  Worker peer(int threads) throws IOException {
    String number = Integer.toString(threads);
    Map<String, String> environment =
        Map.of("OMP_NUM_THREADS", number, "MKL_NUM_THREADS", number, "PYTHONUNBUFFERED", "1");
    return new Worker(ProcessLink.start(List.of(python, script.toString()), environment));
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
