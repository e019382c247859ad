package dev.simoom.tensor.safetensors;

import dev.simoom.tensor.files.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A model whose tensors lie in several safetensors files, of which {@code
 * model.safetensors.index.json} tells which has which; all are mapped into memory.
 *
 * <p>Index and files are checked against each other when it is opened: every tensor lies in the
 * file that the index names, and in no other.
 *
 * @see <a href="https://huggingface.co/docs/transformers/big_models">sharded checkpoints</a>
 */
public final class ShardedSafetensors implements AutoCloseable {
  /** The usual name of the index in a model's folder. */
  public static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final SequencedMap<String, SafetensorsFile> shards;
  private final SequencedMap<String, String> files;

  private ShardedSafetensors(
      Path path, SequencedMap<String, SafetensorsFile> shards, SequencedMap<String, String> files) {
    this.path = path;
    this.shards = shards;
    this.files = files;
  }

  /**
   * Opens all files of a model.
   *
   * @param index the index, or the folder where it lies under its usual name
   * @throws SafetensorsException if the index or a file breaks its format, a file is missing, or a
   *     tensor is missing from its file, lies in another too or is not in the index
   * @throws IOException if something cannot be read
   */
  public static ShardedSafetensors open(Path index) throws IOException {
    Path path = Files.isDirectory(index) ? index.resolve(INDEX) : index;
    SequencedMap<String, String> files = ShardIndex.read(path).files();
    SequencedMap<String, SafetensorsFile> shards = new LinkedHashMap<>();
    ShardedSafetensors model = new ShardedSafetensors(path, shards, files);
    try {
      for (String name : new LinkedHashSet<>(files.values())) {
        shards.put(name, SafetensorsFile.open(model.shardPath(name)));
      }
      model.requireAgreement();
      return model;
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  private Path shardPath(String name) throws SafetensorsException {
    try {
      Path shard = path.resolveSibling(name);
      if (Files.exists(shard)) {
        return shard;
      }
    } catch (InvalidPathException e) {
      throw new SafetensorsException(
          path, "file " + Names.quote(name) + " cannot be: " + e.getReason());
    }
    List<String> lost = files.keySet().stream().filter(t -> files.get(t).equals(name)).toList();
    throw new SafetensorsException(
        path,
        "file %s is missing, which has %d tensors, %s among them"
            .formatted(Names.quote(name), lost.size(), Names.quote(lost.getFirst())));
  }

  private void requireAgreement() throws SafetensorsException {
    for (Map.Entry<String, String> tensor : files.entrySet()) {
      String file = tensor.getValue();
      if (!shards.get(file).contains(tensor.getKey())) {
        throw new SafetensorsException(path, tensor.getKey(), "not in file " + Names.quote(file));
      }
    }
    for (Map.Entry<String, SafetensorsFile> shard : shards.entrySet()) {
      for (String tensor : shard.getValue().names()) {
        requireOwn(tensor, shard.getKey());
      }
    }
  }

  private void requireOwn(String tensor, String file) throws SafetensorsException {
    String told = files.get(tensor);
    if (told == null) {
      throw new SafetensorsException(
          path, tensor, "in file " + Names.quote(file) + ", but not in the index");
    }
    if (!told.equals(file)) {
      throw new SafetensorsException(
          path, tensor, "in two files, %s and %s".formatted(Names.quote(told), Names.quote(file)));
    }
  }

  /** Names of the tensors in the order of the index. */
  public List<String> names() {
    return List.copyOf(files.sequencedKeySet());
  }

  /** Whether there is a tensor of that name. */
  public boolean contains(String name) {
    return files.containsKey(name);
  }

  /** The files, in the order in which the index names them. */
  public List<SafetensorsFile> shards() {
    return List.copyOf(shards.sequencedValues());
  }

  /**
   * The file that has a tensor, which describes and reads it.
   *
   * @throws SafetensorsException if there is no tensor of that name
   */
  public SafetensorsFile shard(String tensor) throws SafetensorsException {
    String file = files.get(tensor);
    if (file == null) {
      throw new SafetensorsException(
          path, tensor, "not in this model of %d tensors".formatted(files.size()));
    }
    return shards.get(file);
  }

  /** Gives all mappings back. */
  @Override
  public void close() {
    shards.sequencedValues().forEach(SafetensorsFile::close);
  }
}
