package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.files.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Which file of a sharded model has which tensor, read from its index.
 *
 * @param files name of a file in the index's folder, for each tensor in the order of the index
 */
record ShardIndex(SequencedMap<String, String> files) {
  private static final String MAP = "weight_map";

  /**
   * Reads an index.
   *
   * @throws SafetensorsException if it is none, or longer than a header may be
   */
  static ShardIndex read(Path path) throws IOException {
    if (Files.size(path) > Header.MAX_LENGTH) {
      throw new SafetensorsException(
          path, "is longer than " + Header.MAX_LENGTH + " bytes; is this an index?");
    }
    Json json = Header.parseJson(path, "the index", Files.readAllBytes(path));
    if (!(json instanceof Json.Members index)
        || !(index.values().get(MAP) instanceof Json.Members map)) {
      throw new SafetensorsException(path, "is no index: it has no object " + MAP);
    }
    SequencedMap<String, String> files = new LinkedHashMap<>();
    for (Map.Entry<String, Json> tensor : map.values().entrySet()) {
      files.put(tensor.getKey(), file(path, tensor.getKey(), tensor.getValue()));
    }
    return new ShardIndex(files);
  }

  /** An index may come from anywhere, and must not name files beyond its own folder. */
  private static String file(Path index, String tensor, Json value) throws SafetensorsException {
    if (!(value instanceof Json.Text(String name))) {
      throw new SafetensorsException(index, tensor, "its file is not a string");
    }
    boolean plain = name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (!plain || name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new SafetensorsException(
          index, tensor, "its file " + Names.quote(name) + " is no plain name of a file");
    }
    return name;
  }
}
