package dev.simoom.models.sae;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * An endless stream of rows of activations, cut into numbered blocks of equal size.
 *
 * <p>A block is a function of its number and of nothing else, so a run resumes anywhere by asking
 * for the right number. Neighbouring rows may belong together; a {@link ShuffleBuffer} mixes them.
 */
public interface ActivationSource extends AutoCloseable {
  /** Extent of a row. */
  int width();

  /** Rows in each block. */
  int blockRows();

  /**
   * Writes one block.
   *
   * @param block its number, 0 or more
   * @param rows takes [blockRows, width] F32, rows first
   * @throws IOException if the activations cannot be read
   */
  void read(long block, MemorySegment rows) throws IOException;

  /** Frees what the source holds. */
  @Override
  void close();
}
