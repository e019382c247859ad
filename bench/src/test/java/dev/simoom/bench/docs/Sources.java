package dev.simoom.bench.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The main sources of all modules whose classes others may use. */
final class Sources {
  private static final List<String> MODULES =
      List.of("kernels/core", "kernels/tornado", "tensor", "nn", "optim", "models", "bench");

  private Sources() {}

  /**
   * A source file.
   *
   * @param path below the project's folder
   */
  record File(Path path, String content) {}

  static List<File> all() throws IOException {
    Path root = Path.of("..");
    List<File> all = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .sorted()
            .forEach(file -> all.add(new File(root.relativize(file), read(file))));
      }
    }
    return all;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
