package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.files.Names;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Variables in a safetensors file, each under its path. */
public final class Checkpoint {
  private static final int LONGEST_LIST = 20;

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
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (Map.Entry<String, Variable> needed : variables.entrySet()) {
      if (!stored.contains(needed.getKey())) {
        missing.add(Names.quote(needed.getKey()));
      } else if (!fits(stored.entry(needed.getKey()), needed.getValue())) {
        different.add(difference(stored.entry(needed.getKey()), needed.getValue()));
      }
    }
    List<String> unexpected =
        stored.names().stream()
            .filter(name -> !variables.containsKey(name))
            .map(Names::quote)
            .toList();
    if (!missing.isEmpty() || !unexpected.isEmpty() || !different.isEmpty()) {
      throw new SafetensorsException(
          stored.path(),
          "does not fit"
              + list("missing", missing)
              + list("unexpected", unexpected)
              + list("of another shape or type", different));
    }
  }

  private static boolean fits(SafetensorsFile.Entry entry, Variable variable) {
    return entry.shape().equals(variable.shape())
        && FileType.named(entry.dtype()).filter(t -> t.convertsTo(variable.dtype())).isPresent();
  }

  private static String difference(SafetensorsFile.Entry entry, Variable variable) {
    return "%s is %s%s, needed is %s%s"
        .formatted(
            Names.quote(entry.name()),
            entry.dtype(),
            entry.shape(),
            variable.dtype(),
            variable.shape());
  }

  private static String list(String what, List<String> items) {
    if (items.isEmpty()) {
      return "";
    }
    int shown = Math.min(items.size(), LONGEST_LIST);
    String rest = shown < items.size() ? " and " + (items.size() - shown) + " more" : "";
    return "; " + what + ": " + String.join(", ", items.subList(0, shown)) + rest;
  }
}
