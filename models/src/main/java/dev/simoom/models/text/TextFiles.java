package dev.simoom.models.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text files at and below some paths, in order of path. Hidden files and directories are left
 * out, each real file counts once however many links lead to it, and what is not UTF-8, has a NUL
 * byte or nothing but white space is no text.
 */
final class TextFiles implements Documents {
  private static final int DECODED_AT_ONCE = 8192;

  private final List<Path> files = new ArrayList<>();
  private final Set<Path> met = new HashSet<>();
  private final Predicate<Path> filter;
  private final String origin;

  private TextFiles(Predicate<Path> filter, String origin) {
    this.filter = filter;
    this.origin = origin;
  }

  /** The files that a user named, and all the files below the directories that a user named. */
  static TextFiles at(List<Path> roots) throws IOException {
    String origin = roots.stream().map(Path::toString).collect(Collectors.joining(", "));
    TextFiles found = new TextFiles(_ -> true, origin);
    for (Path root : roots) {
      if (!Files.exists(root)) {
        throw new CorpusException("text: " + root + " does not exist");
      }
      found.add(root);
    }
    return found;
  }

  /** The sources and documents of a project, without what its build made. */
  static TextFiles ofRepository(Path root) throws IOException {
    TextFiles found =
        new TextFiles(
            path -> {
              String name = path.getFileName().toString();
              return Files.isDirectory(path)
                  ? !name.equals("target") && !name.equals("runs")
                  : name.endsWith(".java") || name.endsWith(".md");
            },
            root.toAbsolutePath().normalize().toString());
    found.add(root.toAbsolutePath());
    return found;
  }

  private void add(Path path) throws IOException {
    if (!met.add(path.toRealPath())) {
      return;
    }
    if (!Files.isDirectory(path)) {
      files.add(path);
      return;
    }
    List<Path> entries;
    try (Stream<Path> listing = Files.list(path)) {
      entries = listing.sorted().toList();
    }
    for (Path entry : entries) {
      boolean hidden = entry.getFileName().toString().startsWith(".");
      boolean readable = Files.isDirectory(entry) || Files.isRegularFile(entry);
      if (!hidden && readable && Files.isReadable(entry) && filter.test(entry)) {
        add(entry);
      }
    }
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public byte[] read(int index, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(files.get(index))) {
      return in.readNBytes(limit);
    }
  }

  @Override
  public boolean accepts(byte[] document) {
    boolean blank = true;
    for (byte b : document) {
      if (b == 0) {
        return false;
      }
      blank &= b >= 0 && b <= ' ';
    }
    return !blank && isUtf8(document);
  }

  /** A last character may be cut off, as a limit does it. */
  private static boolean isUtf8(byte[] document) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(document);
    CharBuffer chars = CharBuffer.allocate(DECODED_AT_ONCE);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(bytes, chars.clear(), false);
    }
    return result.isUnderflow();
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public void close() {}
}
