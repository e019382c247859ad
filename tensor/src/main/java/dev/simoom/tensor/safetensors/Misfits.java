package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What keeps files and variables from going together, told in one exception. */
final class Misfits {
  private static final int LONGEST_LIST = 5;

  private final List<String> missing = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final List<String> different = new ArrayList<>();

  void missing(String tensor) {
    missing.add(Names.quote(tensor));
  }

  void unexpected(String tensor) {
    unexpected.add(Names.quote(tensor));
  }

  /** Notes a tensor whose shape or type is not what is needed. */
  void compare(SafetensorsFile.Entry entry, Shape shape, DType type) {
    boolean converts = FileType.named(entry.dtype()).filter(t -> t.convertsTo(type)).isPresent();
    if (!converts || !entry.shape().equals(shape)) {
      different.add(
          "%s is %s%s, needed is %s%s"
              .formatted(Names.quote(entry.name()), entry.dtype(), entry.shape(), type, shape));
    }
  }

  /**
   * Does nothing where there are none.
   *
   * @throws SafetensorsException that lists all
   */
  void report(Path file) throws SafetensorsException {
    if (!missing.isEmpty() || !unexpected.isEmpty() || !different.isEmpty()) {
      throw new SafetensorsException(
          file,
          "does not fit"
              + list("missing", missing)
              + list("unexpected", unexpected)
              + list("of another shape or type", different));
    }
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
