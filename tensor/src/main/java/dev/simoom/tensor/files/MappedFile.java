package dev.simoom.tensor.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped into memory, read-only, so that it may be larger than the machine's memory; any
 * thread may read it and close it.
 */
public final class MappedFile implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment content;

  private MappedFile(Arena arena, MemorySegment content) {
    this.arena = arena;
    this.content = content;
  }

  /**
   * Maps a whole file.
   *
   * @throws IOException if it is a folder or cannot be read
   */
  public static MappedFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + ": is a folder, not a file");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new MappedFile(
          arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /** All its bytes; gone once the file is closed. */
  public MemorySegment content() {
    return content;
  }

  /** Gives the mapping back; closing twice does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
