package dev.simoom.models.sae;

/**
 * Random numbers that are a pure function of a seed and a counter, mixed as in SplitMix64 (Steele,
 * Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 random bits. */
  static long bits(long seed, long counter) {
    return mix(mix(seed + GOLDEN_GAMMA) + (counter + 1) * GOLDEN_GAMMA);
  }

  /** A number in [0, bound), with a bias below bound / 2^64. */
  static long below(long bound, long seed, long counter) {
    return Math.unsignedMultiplyHigh(bits(seed, counter), bound);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
