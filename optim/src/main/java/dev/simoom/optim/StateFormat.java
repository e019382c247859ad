package dev.simoom.optim;

/**
 * How an optimizer keeps the moments of its rule. Arithmetic is in single precision in any case;
 * {@code simoom bench state} measures what each format does to the loss.
 */
public sealed interface StateFormat {
  /** Four bytes for each element of a moment. */
  static StateFormat f32() {
    return new Float32();
  }

  /**
   * All moments in bfloat16, rounded at random so that the mean is right.
   *
   * @param seed of the random numbers
   */
  static StateFormat bf16(long seed) {
    return new Bfloat16(false, true, seed);
  }

  /** The same for slow moments alone, such as m2 of {@link AdEMAMix}; all others are F32. */
  static StateFormat slowBf16(long seed) {
    return new Bfloat16(true, true, seed);
  }

  /**
   * One byte for each element, and a scale for each block of 256 (Dettmers et al., "8-bit
   * Optimizers via Block-wise Quantization", arXiv 2110.02861). Parameters of less than 4,096
   * elements keep F32. Elements whose gradient is infinite or NaN get zero moments and stay as they
   * are. Codes are rounded to the nearest, by which slow moments lose some of their small changes.
   */
  static StateFormat blockwise8Bit() {
    return new Blockwise();
  }

  /** Single precision. */
  record Float32() implements StateFormat {}

  /**
   * Two bytes for each element.
   *
   * @param slowOnly whether this is for slow moments alone
   * @param stochastic whether to round up or down at random, with probabilities that make the mean
   *     right. Otherwise it is to the nearest, and an average stops moving where its change is
   *     below half a step, which is the usual state of a slow one: for comparisons only
   * @param seed of the random numbers
   */
  record Bfloat16(boolean slowOnly, boolean stochastic, long seed) implements StateFormat {}

  /** One byte for each element. */
  record Blockwise() implements StateFormat {}
}
