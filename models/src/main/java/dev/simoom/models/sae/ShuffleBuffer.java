package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.models.run.CounterRandom;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A store of rows from which training batches are drawn at random, without repetition, and which is
 * filled up from its source when half of it is used up.
 *
 * <p>Batches are a function of source, sizes and seed. A run is resumed by {@linkplain #save
 * saving} the rows, which takes four bytes a number, or from the start by drawing as often.
 */
public final class ShuffleBuffer implements AutoCloseable {
  private final ActivationSource source;
  private final int capacity;
  private final long seed;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment rows;
  private final long rowBytes;
  private int filled;
  private long nextBlock;
  private long drawn;

  /**
   * An empty store, which is filled at the first draw.
   *
   * @param capacity most rows it holds; at least two blocks of the source
   * @param seed decides what is drawn
   * @throws IllegalArgumentException if the capacity is too small
   */
  public ShuffleBuffer(ActivationSource source, int capacity, long seed) {
    if (capacity < 2L * source.blockRows()) {
      throw new IllegalArgumentException(
          "ShuffleBuffer: a capacity of %d rows is less than two blocks of %d"
              .formatted(capacity, source.blockRows()));
    }
    this.source = source;
    this.capacity = capacity;
    this.seed = seed;
    rowBytes = 4L * source.width();
    rows = arena.allocate(rowBytes * capacity, 64);
  }

  /** Extent of a row. */
  public int width() {
    return source.width();
  }

  /** Rows drawn so far. */
  public long drawn() {
    return drawn;
  }

  /**
   * Draws a batch [count, width].
   *
   * @param count at most half of the capacity
   * @throws IOException if the source cannot be read
   */
  public Tensor next(int count) throws IOException {
    Shape shape = Shape.of(count, width());
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment batch = scratch.allocate(rowBytes * count, 64);
      next(count, batch);
      return Tensor.of(shape, DType.F32, batch);
    }
  }

  /**
   * Draws a batch into memory.
   *
   * @param count at most half of the capacity
   * @param batch takes [count, width] F32
   * @throws IOException if the source cannot be read; what was drawn before stays drawn
   * @throws IllegalArgumentException if the count is below 1 or above half of the capacity
   */
  public void next(int count, MemorySegment batch) throws IOException {
    if (count < 1 || count > capacity / 2) {
      throw new IllegalArgumentException(
          "ShuffleBuffer: %d rows cannot be drawn at once from a capacity of %d"
              .formatted(count, capacity));
    }
    if (filled <= capacity / 2) {
      fill();
    }
    for (int i = 0; i < count; i++) {
      int chosen = (int) CounterRandom.below(filled, seed, drawn++);
      filled--;
      MemorySegment.copy(rows, chosen * rowBytes, batch, i * rowBytes, rowBytes);
      MemorySegment.copy(rows, filled * rowBytes, rows, chosen * rowBytes, rowBytes);
    }
  }

  private void fill() throws IOException {
    long blockBytes = rowBytes * source.blockRows();
    while (filled + source.blockRows() <= capacity) {
      source.read(nextBlock, rows.asSlice(filled * rowBytes, blockBytes));
      nextBlock++;
      filled += source.blockRows();
    }
  }

  /**
   * Adds the rows not yet drawn and the counters to a file, which is to be written before the next
   * draw.
   *
   * @param prefix put before all names
   */
  public void save(SafetensorsWriter file, String prefix) {
    Shape shape = Shape.of(filled, width());
    file.add(prefix + "rows", DType.F32, shape, rows.asSlice(0, filled * rowBytes));
    file.metadata(prefix + "next_block", Long.toString(nextBlock));
    file.metadata(prefix + "drawn", Long.toString(drawn));
  }

  /**
   * Continues where {@link #save} was called; source, capacity and seed must be as they were.
   *
   * @throws IOException if the file lacks something or its rows do not fit
   */
  public void load(SafetensorsFile file, String prefix) throws IOException {
    Header header = new Header(file, prefix);
    SafetensorsFile.Entry entry = file.entry(prefix + "rows");
    if (entry.shape().rank() != 2
        || entry.shape().extent(1) != width()
        || entry.shape().extent(0) > capacity) {
      throw new IOException(
          "%s: tensor '%s' is %s; the buffer takes at most [%d, %d]"
              .formatted(file.path(), entry.name(), entry.shape(), capacity, width()));
    }
    long block = header.count("next_block");
    long draws = header.count("drawn");
    file.readFloats(entry, 0, rows, entry.shape().elements());
    filled = (int) entry.shape().extent(0);
    nextBlock = block;
    drawn = draws;
  }

  /** Frees the rows; the source stays open. */
  @Override
  public void close() {
    arena.close();
  }
}
