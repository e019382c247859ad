package dev.simoom.models.pretrained;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A tiny random model as Hugging Face stores it, written without any code that reads it. */
final class ModelFolder {
  /** A tensor as it lies in the file. */
  record Stored(long[] extents, double[] values) {
    double at(int row, int column) {
      return values[(int) (row * extents[1]) + column];
    }
  }

  private final Map<String, Stored> tensors = new LinkedHashMap<>();
  private final Random random = new Random(11);
  private final boolean half;
  private String omitted = "";

  /** Numbers are F32, or rounded to BF16 and stored so. */
  ModelFolder(boolean half) {
    this.half = half;
  }

  /** A tensor of random numbers, large enough that no part of the model is close to linear. */
  ModelFolder add(String name, long... extents) {
    double[] values = new double[(int) Shape.of(extents).elements()];
    for (int i = 0; i < values.length; i++) {
      float value = (float) (0.5 * random.nextGaussian());
      values[i] = half ? Float.intBitsToFloat(Float.floatToIntBits(value) & 0xffff_0000) : value;
    }
    tensors.put(name, new Stored(extents, values));
    return this;
  }

  /** Weights of a Conv1D or a norm with its bias. */
  ModelFolder addWithBias(String name, long... extents) {
    return add(name + ".weight", extents).add(name + ".bias", extents[extents.length - 1]);
  }

  /** Leaves a prefix out of the names in the files. */
  void omit(String prefix) {
    omitted = prefix;
  }

  private String stored(String name) {
    return name.startsWith(omitted) ? name.substring(omitted.length()) : name;
  }

  Map<String, Stored> tensors() {
    return tensors;
  }

  void writeConfig(Path folder, String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  void write(Path folder) throws IOException {
    write(folder.resolve("model.safetensors"), List.copyOf(tensors.keySet()));
  }

  /** Two files and their index. */
  void writeShards(Path folder) throws IOException {
    List<String> names = List.copyOf(tensors.keySet());
    int half = names.size() / 2;
    List<List<String>> shards = List.of(names.subList(0, half), names.subList(half, names.size()));
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      String file = "model-0000%d-of-00002.safetensors".formatted(i + 1);
      write(folder.resolve(file), shards.get(i));
      for (String name : shards.get(i)) {
        map.append(map.isEmpty() ? "" : ",").append("\"%s\":\"%s\"".formatted(stored(name), file));
      }
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
  }

  private void write(Path file, List<String> names) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String name : names) {
        Stored stored = tensors.get(name);
        DType type = half ? DType.BF16 : DType.F32;
        writer.add(stored(name), type, Shape.of(stored.extents), segment(arena, stored.values));
      }
      writer.write(file);
    }
  }

  private MemorySegment segment(Arena arena, double[] values) {
    MemorySegment segment = arena.allocate((half ? 2L : 4L) * values.length, 8);
    for (int i = 0; i < values.length; i++) {
      float value = (float) values[i];
      if (half) {
        int bits = Float.floatToIntBits(value);
        segment.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
      } else {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      }
    }
    return segment;
  }
}
