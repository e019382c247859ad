package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Variable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Variables in a safetensors file, each under its path. */
public final class Checkpoint {
  private Checkpoint() {}

  /**
   * Writes variables and strings to a file; its folder must exist.
   *
   * @throws IOException if it cannot be written; a file that was there before is then as it was
   */
  public static void save(Path file, Map<String, Variable> variables, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    variables.forEach((path, v) -> writer.add(path, v.dtype(), v.shape(), v.segment()));
    writer.write(file);
  }

  /**
   * Replaces the content of variables by that of a file, which must have exactly these paths and
   * shapes; numbers of another type are converted.
   *
   * @return the file's strings
   * @throws SafetensorsException if it does not fit; the message lists the paths that are missing,
   *     unexpected, and of another shape or type, and no variable has changed
   * @throws IOException if it cannot be read
   */
  public static SequencedMap<String, String> load(Path file, Map<String, Variable> variables)
      throws IOException {
    try (SafetensorsFile stored = SafetensorsFile.open(file);
        Arena arena = Arena.ofConfined()) {
      requireFit(stored, variables);
      Map<String, MemorySegment> integers = readIntegers(stored, variables, arena);
      for (Map.Entry<String, Variable> entry : variables.entrySet()) {
        String path = entry.getKey();
        Variable variable = entry.getValue();
        if (integers.containsKey(path)) {
          variable.segment().copyFrom(integers.get(path));
        } else {
          long elements = variable.shape().elements();
          stored.read(stored.entry(path), variable.dtype(), 0, variable.segment(), elements);
        }
        variable.written();
      }
      return stored.metadata();
    }
  }

  /**
   * Integers are read aside before any variable changes, since one that is out of range is found
   * only in passing; real numbers always have a place.
   */
  private static Map<String, MemorySegment> readIntegers(
      SafetensorsFile stored, Map<String, Variable> variables, Arena arena)
      throws SafetensorsException {
    Map<String, MemorySegment> read = new HashMap<>();
    for (Map.Entry<String, Variable> entry : variables.entrySet()) {
      DType type = entry.getValue().dtype();
      if (!type.isFloating()) {
        long elements = entry.getValue().shape().elements();
        MemorySegment aside = arena.allocate(elements * type.bytes(), type.bytes());
        stored.read(stored.entry(entry.getKey()), type, 0, aside, elements);
        read.put(entry.getKey(), aside);
      }
    }
    return read;
  }

  private static void requireFit(SafetensorsFile stored, Map<String, Variable> variables)
      throws SafetensorsException {
    Misfits misfits = new Misfits();
    for (Map.Entry<String, Variable> needed : variables.entrySet()) {
      if (stored.contains(needed.getKey())) {
        Variable variable = needed.getValue();
        misfits.compare(stored.entry(needed.getKey()), variable.shape(), variable.dtype());
      } else {
        misfits.missing(needed.getKey());
      }
    }
    stored.names().stream()
        .filter(name -> !variables.containsKey(name))
        .forEach(misfits::unexpected);
    misfits.report(stored.path());
  }
}
