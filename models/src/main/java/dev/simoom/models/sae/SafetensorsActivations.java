package dev.simoom.models.sae;

import dev.simoom.models.run.CounterRandom;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Activations that lie in a tensor of a safetensors file, [rows, width] or of more axes, of which
 * all but the last are rows; F32, F64, F16 or BF16. The file is mapped into memory and may be
 * larger than that.
 */
public final class SafetensorsActivations implements AutoCloseable {
  private static final List<String> TYPES = List.of("F32", "F64", "F16", "BF16");
  private static final int MOST_LISTED = 8;

  private final SafetensorsFile file;
  private final SafetensorsFile.Entry entry;
  private final int width;
  private final long rows;

  private SafetensorsActivations(SafetensorsFile file, SafetensorsFile.Entry entry) {
    this.file = file;
    this.entry = entry;
    width = Math.toIntExact(entry.shape().extent(-1));
    rows = entry.shape().elements() / width;
  }

  /**
   * Opens the only tensor of a file that can hold activations.
   *
   * @throws IOException if the file cannot be read, or has none or several
   */
  public static SafetensorsActivations open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      List<SafetensorsFile.Entry> fit =
          file.entries().stream().filter(SafetensorsActivations::fits).toList();
      if (fit.isEmpty()) {
        throw new IOException(
            "%s: no tensor can hold activations, which are [rows, width] or more axes, of type %s;"
                    .formatted(path, String.join(", ", TYPES))
                + " it has "
                + list(file.entries(), e -> "%s %s%s".formatted(e.name(), e.dtype(), e.shape())));
      }
      if (fit.size() > 1) {
        throw new IOException(
            "%s: %d tensors can hold activations, name one: %s"
                .formatted(path, fit.size(), list(fit, SafetensorsFile.Entry::name)));
      }
      return new SafetensorsActivations(file, fit.getFirst());
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a tensor of a file.
   *
   * @throws IOException if the file cannot be read or has no such tensor of real numbers with at
   *     least two axes
   */
  public static SafetensorsActivations open(Path path, String tensor) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      SafetensorsFile.Entry entry = file.entry(tensor);
      if (!fits(entry)) {
        throw new IOException(
            "%s: tensor '%s' is %s%s; activations are [rows, width] or more axes, of type %s"
                .formatted(path, tensor, entry.dtype(), entry.shape(), TYPES));
      }
      return new SafetensorsActivations(file, entry);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static List<String> list(
      List<SafetensorsFile.Entry> entries, Function<SafetensorsFile.Entry, String> words) {
    return entries.stream().limit(MOST_LISTED).map(words).toList();
  }

  private static boolean fits(SafetensorsFile.Entry entry) {
    return TYPES.contains(entry.dtype())
        && entry.shape().rank() >= 2
        && entry.shape().elements() > 0
        && entry.shape().extent(-1) <= Integer.MAX_VALUE;
  }

  /** Name of the tensor. */
  public String tensor() {
    return entry.name();
  }

  /** Extent of a row. */
  public int width() {
    return width;
  }

  /** Number of rows. */
  public long rows() {
    return rows;
  }

  /**
   * Reads rows in the order of the file.
   *
   * @param target takes [count, width] F32
   * @throws IOException if the file cannot be read, or a number is not finite
   */
  public void read(long fromRow, long count, MemorySegment target) throws IOException {
    Objects.checkFromIndexSize(fromRow, count, rows);
    file.readFloats(entry, fromRow * width, target, count * width);
    requireFinite(fromRow, count * width, target);
  }

  /** One such number would end in every weight, and training would say no more than that. */
  private void requireFinite(long fromRow, long count, MemorySegment values) throws IOException {
    for (long i = 0; i < count; i++) {
      float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      if (!Float.isFinite(value)) {
        throw new IOException(
            "%s: '%s' has %s in row %d, column %d (counted from 0); leave such rows out"
                .formatted(file.path(), entry.name(), value, fromRow + i / width, i % width));
      }
    }
  }

  /**
   * An endless stream of a range of the rows. In each pass over it the blocks come in another
   * order, which the seed decides, and where the range is no multiple of the block, begin
   * elsewhere.
   *
   * @param fromRow first row of the range
   * @param toRow end of the range
   * @param blockRows rows of a block, cut to the size of the range
   * @throws IllegalArgumentException if the range or the block is empty
   */
  public ActivationSource source(long fromRow, long toRow, int blockRows, long seed) {
    Objects.checkFromToIndex(fromRow, toRow, rows);
    if (fromRow == toRow || blockRows < 1) {
      throw new IllegalArgumentException(
          "source: no rows in [%d, %d) or in blocks of %d".formatted(fromRow, toRow, blockRows));
    }
    return new Range(fromRow, toRow, (int) Math.min(blockRows, toRow - fromRow), seed);
  }

  /** Closes the file. */
  @Override
  public void close() {
    file.close();
  }

  private final class Range implements ActivationSource {
    private final long from;
    private final int blockRows;
    private final long seed;
    private final int blocks;
    private final long spare;
    private final int[] order;
    private long epoch = -1;

    Range(long from, long to, int blockRows, long seed) {
      this.from = from;
      this.blockRows = blockRows;
      this.seed = seed;
      blocks = Math.toIntExact((to - from) / blockRows);
      spare = (to - from) % blockRows;
      order = new int[blocks];
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public int blockRows() {
      return blockRows;
    }

    @Override
    public void read(long block, MemorySegment target) throws IOException {
      long pass = Math.floorDiv(block, (long) blocks);
      long passSeed = CounterRandom.bits(seed, pass);
      if (pass != epoch) {
        shuffle(passSeed);
        epoch = pass;
      }
      long offset = CounterRandom.below(spare + 1, passSeed, blocks);
      long row = from + offset + (long) order[(int) (block - pass * blocks)] * blockRows;
      SafetensorsActivations.this.read(row, blockRows, target);
    }

    private void shuffle(long passSeed) {
      for (int i = 0; i < blocks; i++) {
        int j = (int) CounterRandom.below(i + 1L, passSeed, i);
        order[i] = order[j];
        order[j] = i;
      }
    }

    /** The file is closed by who opened it. */
    @Override
    public void close() {}
  }
}
