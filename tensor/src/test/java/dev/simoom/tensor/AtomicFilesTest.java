package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void createsAndReplaces() throws IOException {
    Path target = folder.resolve("notes.txt");
    AtomicFiles.write(target, "first, and longer");
    AtomicFiles.write(target, "zwölf");
    assertThat(target).hasContent("zwölf");
    AtomicFiles.write(target, new byte[] {1, 2, 3});
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
  }

  @Test
  void leavesTheTargetAloneWhenWritingFails() throws IOException {
    Path target = folder.resolve("notes.txt");
    AtomicFiles.write(target, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    channel -> {
                      AtomicFiles.writeAll(channel, ByteBuffer.wrap(new byte[100]));
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(target).hasContent("old");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
  }

  @Test
  void deletesWhatKilledProcessesLeft() throws IOException {
    Path target = folder.resolve("notes.txt");
    AtomicFiles.write(target, "whole");
    Files.writeString(folder.resolve(".simoom-1234.tmp"), "ha");
    Path other = Files.writeString(folder.resolve("other.tmp"), "not ours");
    AtomicFiles.deleteLeftovers(folder);
    assertThat(folder.toFile().listFiles())
        .containsExactlyInAnyOrder(target.toFile(), other.toFile());
  }

  @Test
  void refusesFoldersAndMissingOnes() {
    assertThatThrownBy(() -> AtomicFiles.write(folder, "text"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("none/notes.txt"), "text"))
        .isInstanceOf(NoSuchFileException.class);
  }
}
