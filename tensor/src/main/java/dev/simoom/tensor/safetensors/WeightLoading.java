package dev.simoom.tensor.safetensors;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile.Entry;
import dev.simoom.tensor.safetensors.StoredWeight.Part;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes variables of the tensors of a model's folder, in which they may have other names, lie
 * turned or in pieces: {@code model.safetensors}, or several files and their index.
 */
public final class WeightLoading {
  /** The usual name of a model that is one file. */
  public static final String FILE = "model.safetensors";

  /** Rows that are turned at once: as many floats as a cache line has. */
  private static final int BLOCK = 16;

  private final SequencedMap<String, SafetensorsFile> files;

  /**
   * How names in the files may differ from those asked for.
   *
   * @param spellings of which the files keep to one: a prefix taken away, for example. That which
   *     finds most names is taken
   * @param ignored says of names in the files whether what has them is not needed: masks, tables
   */
  public record Naming(List<UnaryOperator<String>> spellings, Predicate<String> ignored) {
    /**
     * Copies the spellings.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Naming {
      spellings = List.copyOf(spellings);
      if (spellings.isEmpty()) {
        throw new IllegalArgumentException("at least one spelling of names is needed");
      }
    }

    /** Names as asked for, or all of them without a prefix. */
    public static Naming prefixed(String prefix, Predicate<String> ignored) {
      return new Naming(
          List.of(
              name -> name,
              name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name),
          ignored);
    }
  }

  private WeightLoading(SequencedMap<String, SafetensorsFile> files) {
    this.files = files;
  }

  /**
   * Reads a model's weights as F32. Files are mapped, and only what is converted or turned goes
   * through memory of its own, some rows at a time.
   *
   * @return by path, in the order of the weights; the caller closes them
   * @throws SafetensorsException if the folder has no such files, they break their format, or do
   *     not fit; the message lists what is missing, unexpected, and of another shape or type, and
   *     nothing is left open
   * @throws IOException if something cannot be read
   */
  public static SequencedMap<String, Variable> load(
      Path folder, List<StoredWeight> weights, Naming naming) throws IOException {
    if (Files.exists(folder.resolve(FILE))) {
      try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(FILE))) {
        SequencedMap<String, SafetensorsFile> files = new LinkedHashMap<>();
        file.names().forEach(name -> files.put(name, file));
        return new WeightLoading(files).read(file.path(), weights, naming);
      }
    }
    Path index = folder.resolve(ShardedSafetensors.INDEX);
    if (!Files.exists(index)) {
      throw new SafetensorsException(
          folder,
          "has no weights: neither %s nor %s is there".formatted(FILE, ShardedSafetensors.INDEX));
    }
    try (ShardedSafetensors shards = ShardedSafetensors.open(index)) {
      SequencedMap<String, SafetensorsFile> files = new LinkedHashMap<>();
      for (String name : shards.names()) {
        files.put(name, shards.shard(name));
      }
      return new WeightLoading(files).read(index, weights, naming);
    }
  }

  private SequencedMap<String, Variable> read(Path path, List<StoredWeight> weights, Naming naming)
      throws IOException {
    UnaryOperator<String> spelling = spelling(weights, naming);
    requireFit(path, weights, spelling, naming.ignored);
    SequencedMap<String, Variable> variables = new LinkedHashMap<>();
    try {
      for (StoredWeight weight : weights) {
        Variable variable = Variable.zeros(weight.path(), weight.shape(), DType.F32);
        variables.put(weight.path(), variable);
        read(weight, spelling, variable.segment());
        variable.written();
      }
      return variables;
    } catch (Throwable e) {
      variables.values().forEach(Variable::close);
      throw e;
    }
  }

  private UnaryOperator<String> spelling(List<StoredWeight> weights, Naming naming) {
    UnaryOperator<String> best = naming.spellings.getFirst();
    long most = -1;
    for (UnaryOperator<String> spelling : naming.spellings) {
      long found =
          weights.stream()
              .flatMap(weight -> weight.parts().stream())
              .filter(part -> files.containsKey(spelling.apply(part.tensor())))
              .count();
      if (found > most) {
        most = found;
        best = spelling;
      }
    }
    return best;
  }

  private void requireFit(
      Path path,
      List<StoredWeight> weights,
      UnaryOperator<String> spelling,
      Predicate<String> ignored)
      throws SafetensorsException {
    Misfits misfits = new Misfits();
    Set<String> needed = new HashSet<>();
    for (StoredWeight weight : weights) {
      for (Part part : weight.parts()) {
        String name = spelling.apply(part.tensor());
        needed.add(name);
        SafetensorsFile file = files.get(name);
        if (file == null) {
          misfits.missing(name);
        } else {
          misfits.compare(file.entry(name), part.stored(), DType.F32);
        }
      }
    }
    files.sequencedKeySet().stream()
        .filter(name -> !needed.contains(name) && !ignored.test(name))
        .forEach(misfits::unexpected);
    misfits.report(path);
  }

  private void read(StoredWeight weight, UnaryOperator<String> spelling, MemorySegment target)
      throws SafetensorsException {
    long width = weight.shape().extent(-1);
    long column = 0;
    for (Part part : weight.parts()) {
      String name = spelling.apply(part.tensor());
      SafetensorsFile file = Objects.requireNonNull(files.get(name));
      Entry entry = file.entry(name);
      MemorySegment from = target.asSlice(4 * column);
      if (part.turned()) {
        readTurned(file, entry, from, width);
      } else {
        readRows(file, entry, part, from, width);
      }
      column += part.columns();
    }
  }

  private static void readRows(
      SafetensorsFile file, Entry entry, Part part, MemorySegment target, long width)
      throws SafetensorsException {
    long columns = part.columns();
    if (columns == width) {
      file.readFloats(entry, 0, target, entry.shape().elements());
      return;
    }
    long rows = part.shape().leading(-1).elements();
    for (long row = 0; row < rows; row++) {
      file.readFloats(entry, row * columns, target.asSlice(4 * row * width), columns);
    }
  }

  /** Rows in the file become columns, a block of them at a time. */
  private static void readTurned(
      SafetensorsFile file, Entry entry, MemorySegment target, long width)
      throws SafetensorsException {
    long columns = entry.shape().extent(0);
    int rows = Math.toIntExact(entry.shape().extent(1));
    float[] block = new float[Math.multiplyExact(BLOCK, rows)];
    for (long column = 0; column < columns; column += BLOCK) {
      int n = (int) Math.min(BLOCK, columns - column);
      file.readFloats(entry, column * rows, MemorySegment.ofArray(block), (long) n * rows);
      for (int row = 0; row < rows; row++) {
        long at = row * width + column;
        for (int i = 0; i < n; i++) {
          target.setAtIndex(ValueLayout.JAVA_FLOAT, at + i, block[i * rows + row]);
        }
      }
    }
  }
}
