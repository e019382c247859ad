package dev.simoom.models.run;

/**
 * Random numbers that are a pure function of a seed and a counter, so that a sampler has no state
 * to save. The mixing is that of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014).
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 random bits for this seed and counter. */
  public static long bits(long seed, long counter) {
    return mix(mix(seed + GOLDEN_GAMMA) + counter * GOLDEN_GAMMA);
  }

  /** A number in [0, bound), with a bias below bound / 2^64. */
  public static long below(long bound, long seed, long counter) {
    return Math.unsignedMultiplyHigh(bits(seed, counter), bound);
  }

  /** The numbers 0 to size - 1 in an order that the seed decides. */
  public static int[] permutation(int size, long seed) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = (int) below(i + 1L, seed, i);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
