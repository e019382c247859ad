package dev.simoom.models.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to the folder of a run, for one at a time. The operating system takes it back
 * from a process that was killed; the file that carries it stays, since another process may have it
 * open.
 */
final class RunLock implements AutoCloseable {
  private static final String NAME = "run.lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws RunException if another process, or another run of this one, has it
   */
  static RunLock take(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        throw new RunException(
            "another process is at work on the run in %s; wait until it is done, or stop it"
                .formatted(folder));
      }
      return new RunLock(channel);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
