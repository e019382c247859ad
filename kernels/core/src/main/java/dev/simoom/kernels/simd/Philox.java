package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
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

  /** Blocks that are made together: numbers of blocks are rounded up to a multiple of it. */
  static int lanes() {
    return 2 * L.length();
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
      vectors(first + i, counter2, counter3, key0, key1, spare);
      interleave(spare, to + 16L * i);
      interleave(spare + bytes / 2, to + 16L * i + bytes / 2);
    }
  }

  /**
   * Writes, for two vectors of blocks, words 0 and 1 of all blocks, then words 2 and 3. Two, since
   * each operation of a block waits for the one before.
   *
   * <p>The compiler multiplies in one instruction where it sees that both factors have 32 bits: for
   * that they are masked, though they have no more.
   */
  private static void vectors(long first, int counter2, int counter3, int key0, int key1, long to) {
    LongVector number = LongVector.broadcast(L, first).addIndex(1);
    LongVector x0 = number.and(WORD);
    LongVector x1 = number.lanewise(VectorOperators.LSHR, 32);
    LongVector x2 = LongVector.broadcast(L, counter2 & WORD);
    LongVector x3 = LongVector.broadcast(L, counter3 & WORD);
    number = number.add(L.length());
    LongVector y0 = number.and(WORD);
    LongVector y1 = number.lanewise(VectorOperators.LSHR, 32);
    LongVector y2 = x2;
    LongVector y3 = x3;
    LongVector m0 = LongVector.broadcast(L, MULTIPLIER_0).and(WORD);
    LongVector m1 = LongVector.broadcast(L, MULTIPLIER_1).and(WORD);
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      LongVector p0 = x0.and(WORD).mul(m0);
      LongVector p1 = x2.and(WORD).mul(m1);
      LongVector q0 = y0.and(WORD).mul(m0);
      LongVector q1 = y2.and(WORD).mul(m1);
      x0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x1);
      x2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, x3);
      y0 = q1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, y1);
      y2 = q0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, y3);
      x0 = x0.lanewise(VectorOperators.XOR, k0 & WORD);
      x2 = x2.lanewise(VectorOperators.XOR, k1 & WORD);
      y0 = y0.lanewise(VectorOperators.XOR, k0 & WORD);
      y2 = y2.lanewise(VectorOperators.XOR, k1 & WORD);
      x1 = p1.and(WORD);
      x3 = p0.and(WORD);
      y1 = q1.and(WORD);
      y3 = q0.and(WORD);
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    long half = 8L * L.length();
    x0.or(x1.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(ALL, to, ORDER);
    x2.or(x3.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(ALL, to + half, ORDER);
    y0.or(y1.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(ALL, to + 2 * half, ORDER);
    y2.or(y3.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(ALL, to + 3 * half, ORDER);
  }

  private static void interleave(long words, long blocks) {
    long from = words & ADDRESS_BITS;
    long to = blocks & ADDRESS_BITS;
    int half = 8 * L.length();
    for (int i = 0; i < half; i += 8) {
      ALL.set(JAVA_LONG_UNALIGNED, to + 2 * i, ALL.get(JAVA_LONG_UNALIGNED, from + i));
      ALL.set(JAVA_LONG_UNALIGNED, to + 2 * i + 8, ALL.get(JAVA_LONG_UNALIGNED, from + half + i));
    }
  }
}
