package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.Random;

/** Philox by blocks of four words, then their conversion to numbers in place. */
final class RandomTask implements Task {
  private static final int BATCH = 256;

  private final Random kernel;
  private final Chunks blocks;
  private long key;
  private long out;

  RandomTask(Random kernel) {
    this.kernel = kernel;
    blocks = Chunks.of((kernel.elements() + 3) / 4, kernel.normal() ? 32 : 16);
  }

  @Override
  public void bind(long[] operands, long workspace) {
    key = operands[0];
    out = operands[1];
  }

  @Override
  public long scratchBytes() {
    return 16L * (BATCH + Philox.lanes());
  }

  @Override
  public int chunks(int phase) {
    return blocks.count();
  }

  @Override
  public void run(int phase, int chunk, long scratch) {
    int key0 = ALL.get(JAVA_INT_UNALIGNED, key);
    int key1 = ALL.get(JAVA_INT_UNALIGNED, key + 4);
    int step = ALL.get(JAVA_INT_UNALIGNED, key + 8);
    long to = blocks.end(chunk);
    for (long block = blocks.start(chunk); block < to; block += BATCH) {
      int count = (int) Math.min(BATCH, to - block);
      Philox.words(block, count, kernel.stream(), step, key0, key1, scratch);
      if (kernel.normal()) {
        RandomNumbers.normal(scratch, count);
      } else {
        RandomNumbers.uniform(scratch, count);
      }
      long elements = Math.min(4L * count, kernel.elements() - 4 * block);
      Moves.bytes(scratch, out + 16 * block, 4 * elements);
    }
  }
}
