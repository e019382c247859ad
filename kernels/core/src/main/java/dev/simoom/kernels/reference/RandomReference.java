package dev.simoom.kernels.reference;

import dev.simoom.kernels.Random;

/** Philox 4x32-10, block by block. */
final class RandomReference {
  private static final double UNIT = 0x1p-24;

  private RandomReference() {}

  static void run(Random kernel, Memory[] memory) {
    int[] key = {memory[0].getInt(0), memory[0].getInt(1)};
    int step = memory[0].getInt(2);
    for (long block = 0; 4 * block < kernel.elements(); block++) {
      int[] counter = {(int) block, (int) (block >>> 32), kernel.stream(), step};
      int[] words = philox(counter, key);
      for (int i = 0; i < 4 && 4 * block + i < kernel.elements(); i++) {
        memory[1].set(4 * block + i, kernel.normal() ? normal(words, i) : UNIT * (words[i] >>> 8));
      }
    }
  }

  /** Ten rounds on four 32-bit words under a key of two. */
  static int[] philox(int[] counter, int[] key) {
    int[] x = counter.clone();
    int k0 = key[0];
    int k1 = key[1];
    for (int round = 0; round < 10; round++) {
      long product0 = 0xD2511F53L * Integer.toUnsignedLong(x[0]);
      long product1 = 0xCD9E8D57L * Integer.toUnsignedLong(x[2]);
      x =
          new int[] {
            (int) (product1 >>> 32) ^ x[1] ^ k0,
            (int) product1,
            (int) (product0 >>> 32) ^ x[3] ^ k1,
            (int) product0
          };
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return x;
  }

  private static double normal(int[] words, int i) {
    int pair = i & ~1;
    double u = UNIT * ((words[pair] >>> 8) + 1);
    double angle = 2 * Math.PI * UNIT * (words[pair + 1] >>> 8);
    double radius = Math.sqrt(-2 * StrictMath.log(u));
    return radius * (i == pair ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }
}
