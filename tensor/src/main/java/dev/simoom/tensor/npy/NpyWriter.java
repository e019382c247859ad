package dev.simoom.tensor.npy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.AtomicFiles;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Writes tensors to npy files, each value as it is: F32 as float32, F16 as float16, I32 as int32,
 * BOOL as bool, and BF16, which NumPy lacks, as float32.
 */
public final class NpyWriter {
  private NpyWriter() {}

  /**
   * Writes a file of version 1, or 2 where the header needs it; its folder must exist.
   *
   * @param data the elements in rows-first order as they lie in memory, truth values as 32-bit
   *     integers
   * @throws IllegalArgumentException if the data has not the size that shape and type ask for
   * @throws NpyException if a truth value is neither 0 nor 1
   * @throws IOException if it cannot be written; a file that was there before is then as it was
   */
  public static void write(Path target, DType type, Shape shape, MemorySegment data)
      throws IOException {
    NpySource source = new NpySource(target.toString(), type, shape, data);
    AtomicFiles.write(
        target, channel -> source.write(bytes -> AtomicFiles.writeAll(channel, bytes)));
  }
}
