package dev.simoom.models.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's folder: one writer at a time. */
class RunDirectoryTest {
  @TempDir private Path folder;

  @Test
  void aSecondWriterIsRefusedAndChangesNothing() throws IOException {
    try (RunDirectory first = RunDirectory.create(folder)) {
      first.metric("lm", 1, Map.of("loss", 2.5));
      assertThatThrownBy(() -> RunDirectory.reopen(folder, 0))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("another process is at work on the run in " + folder);
      first.metric("lm", 2, Map.of("loss", 1.5));
    }
    assertThat(RunDirectory.readMetrics(folder)).hasSize(2);
  }

  @Test
  void theFolderIsFreeOnceItsWriterIsDone() throws IOException {
    RunDirectory.create(folder).close();
    try (RunDirectory second = RunDirectory.reopen(folder, 0)) {
      second.metric("sae", 1, Map.of("loss", 2.5));
    }
    assertThat(RunDirectory.readMetrics(folder)).hasSize(1);
  }
}
