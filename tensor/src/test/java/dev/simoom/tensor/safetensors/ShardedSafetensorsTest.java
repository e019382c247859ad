package dev.simoom.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
  private static final String ONE = "model-00001-of-00002.safetensors";
  private static final String TWO = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void writeShards() throws IOException {
    write(ONE, "a", "b");
    write(TWO, "c");
  }

  private void write(String file, String... tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String tensor : tensors) {
      float[] value = {tensor.charAt(0)};
      writer.add(tensor, DType.F32, Shape.of(1), MemorySegment.ofArray(value));
    }
    writer.write(folder.resolve(file));
  }

  private Path index(String weightMap) throws IOException {
    String text = "{\"metadata\": {\"total_size\": 12}, \"weight_map\": {%s}}".formatted(weightMap);
    return Files.writeString(folder.resolve(ShardedSafetensors.INDEX), text);
  }

  private static String map(String tensor, String file) {
    return "\"%s\": \"%s\"".formatted(tensor, file);
  }

  private static String good() {
    return map("c", TWO) + "," + map("a", ONE) + "," + map("b", ONE);
  }

  private void assertRefused(String problem) {
    Path index = folder.resolve(ShardedSafetensors.INDEX);
    assertThatThrownBy(() -> ShardedSafetensors.open(folder).close())
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessage(index + ": " + problem);
  }

  @Test
  void findsEachTensorInItsFile() throws IOException {
    Path index = index(good());
    for (Path way : new Path[] {folder, index}) {
      try (ShardedSafetensors model = ShardedSafetensors.open(way)) {
        assertThat(model.names()).containsExactly("c", "a", "b");
        assertThat(model.shards()).hasSize(2);
        assertThat(model.contains("d")).isFalse();
        for (String name : model.names()) {
          assertThat(model.contains(name)).isTrue();
          SafetensorsFile file = model.shard(name);
          float[] value = new float[1];
          file.readFloats(file.entry(name), 0, MemorySegment.ofArray(value), 1);
          assertThat(value[0]).isEqualTo(name.charAt(0));
        }
        assertThat(model.shard("b").path()).isEqualTo(folder.resolve(ONE));
        assertThatThrownBy(() -> model.shard("d"))
            .isExactlyInstanceOf(SafetensorsException.class)
            .hasMessage(index + ": tensor 'd': not in this model of 3 tensors");
      }
    }
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    index(map("a", ONE) + "," + map("b", ONE) + "," + map("d", TWO));
    assertRefused("tensor 'd': not in file '" + TWO + "'");
    index(good());
    Files.delete(folder.resolve(ONE));
    assertRefused("file '" + ONE + "' is missing, which has 2 tensors, 'a' among them");
    Files.delete(folder.resolve(ShardedSafetensors.INDEX));
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void namesWhatIsThereTwiceOrNotTold() throws IOException {
    write(TWO, "c", "b");
    index(good());
    assertRefused("tensor 'b': in two files, '" + ONE + "' and '" + TWO + "'");
    write(TWO, "c", "x");
    assertRefused("tensor 'x': in file '" + TWO + "', but not in the index");
    index(good() + "," + map("a", TWO));
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessageContaining("the index is not JSON")
        .hasMessageContaining("the key 'a' stands twice");
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    index(good());
    Files.write(folder.resolve(TWO), new byte[3]);
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessageStartingWith(folder.resolve(TWO) + ": has 3 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/passwd", "a\\\\b", "c:x", "", ".", "..", "a\\u0000b", "a\\nb"})
  void filesLieInTheFolderOfTheIndex(String file) throws IOException {
    index(map("a", file));
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessageContaining("tensor 'a': its file '")
        .hasMessageEndingWith("' is no plain name of a file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"weight_map\": 1}", "1", "{\"weight_map\": {\"a\": 1}}"})
  void refusesOtherJson(String text) throws IOException {
    Files.writeString(folder.resolve(ShardedSafetensors.INDEX), text);
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isExactlyInstanceOf(SafetensorsException.class)
        .hasMessageContaining(text.contains("\"a\"") ? "not a string" : "no object weight_map");
  }
}
