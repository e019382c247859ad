package dev.simoom.nn;

import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Something with parameters: a layer or a whole model.
 *
 * <p>A module owns its parameters and frees them when closed.
 */
public interface Module extends AutoCloseable {
  /**
   * The parameters of this module and its parts by path, such as {@code blocks.0.mlp.up.weight}, in
   * the order of the computation. A variable used in several places has the path of the first.
   *
   * @see Parameters
   */
  SequencedMap<String, Variable> parameters();

  /** Number of numbers in all parameters. */
  default long parameterCount() {
    return parameters().values().stream().mapToLong(v -> v.shape().elements()).sum();
  }

  /** A table of the parameters: path, type and shape, how many numbers, and the total. */
  default String summary() {
    return Summary.of(parameters());
  }

  /**
   * Writes the parameters to a safetensors file under their paths.
   *
   * @throws IOException if it cannot be written; a file that was there before is then as it was
   */
  default void save(Path file) throws IOException {
    Checkpoint.save(file, parameters(), Map.of());
  }

  /**
   * Replaces the parameters by those of a safetensors file, which must have the same paths and
   * shapes.
   *
   * @throws IOException if it cannot be read or does not fit; the message lists the paths that are
   *     missing, unexpected and of another shape, and no parameter has changed
   */
  default void load(Path file) throws IOException {
    Checkpoint.load(file, parameters());
  }

  /** Frees the parameters. */
  @Override
  default void close() {
    parameters().values().forEach(Variable::close);
  }
}
