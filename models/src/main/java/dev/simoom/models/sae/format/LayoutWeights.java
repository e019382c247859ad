package dev.simoom.models.sae.format;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/** The weights of a layout, of any floating type, to be read as F32. */
final class LayoutWeights implements AutoCloseable {
  private final SafetensorsFile file;

  private LayoutWeights(SafetensorsFile file) {
    this.file = file;
  }

  /**
   * Opens a file and checks that it has certain tensors, before anything of their size is made.
   *
   * @param shapes by name, as the settings ask for them
   */
  static LayoutWeights open(Path path, Map<String, Shape> shapes) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      for (Map.Entry<String, Shape> wanted : shapes.entrySet()) {
        String name = wanted.getKey();
        if (!file.contains(name)) {
          throw new SaeLayoutException(
              path,
              "lacks the tensor '%s' %s that %s asks for"
                  .formatted(name, wanted.getValue(), LayoutConfig.NAME));
        }
        Shape shape = file.entry(name).shape();
        if (!shape.equals(wanted.getValue())) {
          throw new SaeLayoutException(
              path,
              "tensor '%s' has shape %s and by %s should have %s"
                  .formatted(name, shape, LayoutConfig.NAME, wanted.getValue()));
        }
      }
      return new LayoutWeights(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** A tensor, F32. */
  Tensor read(String name) throws IOException {
    SafetensorsFile.Entry entry = file.entry(name);
    long count = entry.shape().elements();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocate(Math.max(4, 4 * count), 64).asSlice(0, 4 * count);
      file.readFloats(entry, 0, floats, count);
      return Tensor.of(entry.shape(), DType.F32, floats);
    }
  }

  /** Writes tensors to a file of a folder, which is made if it is not there. */
  static void write(Path path, SequencedMap<String, Tensor> tensors) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, t) -> writer.add(name, DType.F32, t.shape(), t.contiguousSegment()));
    writer.write(path);
  }

  @Override
  public void close() {
    file.close();
  }
}
