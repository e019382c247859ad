package dev.simoom.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes whole files so that a reader, or a crash, sees the old content or the new and nothing
 * between: the content goes to a temporary file in the same folder, is forced to the disk, and
 * takes the target's name in one step.
 */
public final class AtomicFiles {
  private static final String PREFIX = ".simoom-";
  private static final String SUFFIX = ".tmp";

  private AtomicFiles() {}

  /** What writes a file's content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param channel at position 0 of an empty file, open for writing
     * @throws IOException if that fails; the target then stays as it was
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Replaces a file, or creates it; its folder must exist.
   *
   * @throws IOException if it cannot be written; the target is as it was and no temporary file left
   */
  public static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new IOException(target + " is a folder and cannot be written as a file");
    }
    Path temporary = folder.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceFolder(folder);
  }

  /**
   * Replaces a file's content by the given bytes.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path target, byte[] bytes) throws IOException {
    write(target, channel -> writeAll(channel, ByteBuffer.wrap(bytes)));
  }

  /**
   * Replaces a file's content by the given text in UTF-8.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path target, String text) throws IOException {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Deletes the temporary files that killed processes left in a folder; nobody else may be writing
   * there.
   *
   * @throws IOException if the folder cannot be read, or one cannot be deleted
   */
  public static void deleteLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Writes what remains of a buffer at a channel's position.
   *
   * @throws IOException if the channel refuses
   */
  public static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes the new name survive a loss of power; Windows has no way to open a folder for that. */
  private static void forceFolder(Path folder) throws IOException {
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
