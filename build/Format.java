import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Checks or rewrites the format of the Java sources: {@code java -cp google-java-format.jar
 * Format.java check|write ROOT}.
 *
 * <p>Maven runs it as a source file in a JDK 25 of its own, because the formatter parses with the
 * compiler of the JDK it runs in and Maven may run on an older one. The digests of the files that
 * were found in order are kept under {@code target}, so that the next run looks at the changed ones
 * alone.
 */
final class Format {
  private static final String SEEN = "target/tools/formatted.txt";

  /** What builds and runs write, and examples for JBang, whose header the formatter would break. */
  private static final Set<String> PASSED_OVER = Set.of("target", "runs", "examples");

  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean write =
        switch (args[0]) {
          case "check" -> false;
          case "write" -> true;
          default -> throw new IllegalArgumentException("check or write, not " + args[0]);
        };
    Path root = Path.of(args[1]).toAbsolutePath().normalize();
    Path record = root.resolve(SEEN);
    Set<String> seen = read(record);
    Set<String> inOrder = new TreeSet<>();
    List<Path> fresh = new ArrayList<>();
    for (Path file : sources(root)) {
      String digest = digest(file);
      if (seen.contains(digest)) {
        inOrder.add(digest);
      } else {
        fresh.add(file);
      }
    }
    List<Path> wrong = fresh.isEmpty() ? List.of() : format(fresh, write);
    fresh.stream()
        .filter(file -> write || !wrong.contains(file))
        .forEach(file -> inOrder.add(digest(file)));
    Files.createDirectories(record.getParent());
    Files.write(record, inOrder);
    if (!wrong.isEmpty()) {
      System.err.println("These files are not in the format of google-java-format:");
      wrong.forEach(file -> System.err.println("  " + root.relativize(file)));
      System.err.println("To rewrite them: mvn -N -Pformat validate");
      System.exit(1);
    }
  }

  /** Runs the formatter and returns the files that are still not in order afterwards. */
  private static List<Path> format(List<Path> files, boolean write) {
    ToolProvider formatter =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow(() -> new IllegalStateException("google-java-format: not on class path"));
    Stream<String> mode = write ? Stream.of("--replace") : Stream.of("--dry-run");
    String[] arguments =
        Stream.concat(mode, files.stream().map(Path::toString)).toArray(String[]::new);
    StringWriter output = new StringWriter();
    int exit =
        formatter.run(new PrintWriter(output, true), new PrintWriter(System.err, true), arguments);
    if (exit != 0) {
      System.err.println("google-java-format could not read the sources.");
      System.exit(exit);
    }
    return output.toString().lines().map(Path::of).toList();
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean skip =
                !directory.equals(root) && (name.startsWith(".") || PASSED_OVER.contains(name));
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  private static Set<String> read(Path record) throws IOException {
    try {
      return new HashSet<>(Files.readAllLines(record));
    } catch (NoSuchFileException firstRun) {
      return Set.of();
    }
  }

  /** The digest of a file's content together with the class path, which names the formatter. */
  private static String digest(Path file) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(System.getProperty("java.class.path").getBytes(UTF_8));
      return HexFormat.of().formatHex(hash.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
