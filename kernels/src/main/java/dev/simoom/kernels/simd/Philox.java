package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.L;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Philox 4x32-10 on one block per 64-bit lane, each holding a 32-bit word, because the product of
 * two words needs 64 bits.
 */
final class Philox {
  private static final int ROUNDS = 10;
  private static final long WORD = 0xffffffffL;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private Philox() {}

  /** Blocks that one vector holds: numbers of blocks are rounded up to a multiple of it. */
  static int lanes() {
    return L.length();
  }

  /**
   * Writes the four words of consecutive blocks, block after block.
   *
   * @param first number of the first block: the low half of the counter
   * @param count number of blocks
   * @param counter2 third word of the counter
   * @param counter3 fourth word of the counter
   * @param to room for the blocks, rounded up to {@link #lanes()}, and for {@link #lanes()} more
   */
  static void words(
      long first, int count, int counter2, int counter3, int key0, int key1, long to) {
    long bytes = 16L * lanes();
    long spare = to + Math.ceilDiv(count, lanes()) * bytes;
    for (int i = 0; i < count; i += lanes()) {
      vector(first + i, counter2, counter3, key0, key1, spare);
      interleave(spare, to + 16L * i);
    }
  }

  /** Writes words 0 and 1 of all blocks, then words 2 and 3. */
  private static void vector(long first, int counter2, int counter3, int key0, int key1, long to) {
    LongVector number = LongVector.broadcast(L, first).addIndex(1);
    LongVector x0 = number.and(WORD);
    LongVector x1 = number.lanewise(VectorOperators.LSHR, 32);
    LongVector x2 = LongVector.broadcast(L, counter2 & WORD);
    LongVector x3 = LongVector.broadcast(L, counter3 & WORD);
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      LongVector product0 = x0.mul(MULTIPLIER_0);
      LongVector product1 = x2.mul(MULTIPLIER_1);
      x0 = product1.lanewise(VectorOperators.LSHR, 32);
      x0 = x0.lanewise(VectorOperators.XOR, x1).lanewise(VectorOperators.XOR, k0 & WORD);
      x2 = product0.lanewise(VectorOperators.LSHR, 32);
      x2 = x2.lanewise(VectorOperators.XOR, x3).lanewise(VectorOperators.XOR, k1 & WORD);
      x1 = product1.and(WORD);
      x3 = product0.and(WORD);
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    x0.or(x1.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(ALL, to, ORDER);
    x2.or(x3.lanewise(VectorOperators.LSHL, 32))
        .intoMemorySegment(ALL, to + 8L * L.length(), ORDER);
  }

  private static void interleave(long from, long to) {
    long second = from + 8L * L.length();
    for (long i = 0; i < 8L * L.length(); i += 8) {
      ALL.set(JAVA_LONG_UNALIGNED, to + 2 * i, ALL.get(JAVA_LONG_UNALIGNED, from + i));
      ALL.set(JAVA_LONG_UNALIGNED, to + 2 * i + 8, ALL.get(JAVA_LONG_UNALIGNED, second + i));
    }
  }
}
