package dev.simoom.bench.work;

import dev.simoom.kernels.Kernel;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Sixteen matrices to a safetensors file and back; writing includes forcing it to the disk. */
final class FileWork implements Prepared {
  private static final int TENSORS = 16;
  private static final int SIDE = 1024;

  /** Bytes of all matrices. */
  static final double BYTES = 4.0 * TENSORS * SIDE * SIDE;

  private final boolean save;
  private final Path folder;
  private final Path file;
  private final SequencedMap<String, Variable> variables = new LinkedHashMap<>();

  FileWork(boolean save) {
    this.save = save;
    for (int i = 0; i < TENSORS; i++) {
      variables.put("matrix." + i, Numbers.variable("matrix " + i, i, 1, SIDE, SIDE));
    }
    try {
      folder = Files.createTempDirectory("simoom-bench");
      file = folder.resolve("matrices.safetensors");
      Checkpoint.save(file, variables, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void run() {
    try {
      if (save) {
        Checkpoint.save(file, variables, Map.of());
      } else {
        Checkpoint.load(file, variables);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Tensor> results() {
    return variables.values().stream().map(Variable::value).toList();
  }

  @Override
  public List<Kernel> kernels() {
    return List.of();
  }

  @Override
  public void close() {
    variables.values().forEach(Variable::close);
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
