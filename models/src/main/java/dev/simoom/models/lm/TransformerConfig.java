package dev.simoom.models.lm;

/**
 * The shape of a {@link Transformer}.
 *
 * @param vocabulary number of tokens
 * @param context positions that it sees at most
 * @param width features of the residual stream
 * @param heads attention heads; divides the width
 * @param blocks transformer blocks
 */
public record TransformerConfig(int vocabulary, int context, int width, int heads, int blocks) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1, or the heads do not divide the width
   */
  public TransformerConfig {
    if (vocabulary < 1 || context < 1 || width < 1 || heads < 1 || blocks < 1) {
      throw new IllegalArgumentException(
          "transformer: all sizes must be positive; got vocabulary "
              + vocabulary
              + ", context "
              + context
              + ", width "
              + width
              + ", heads "
              + heads
              + ", blocks "
              + blocks);
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "transformer: width " + width + " is not a multiple of " + heads + " heads");
    }
  }
}
