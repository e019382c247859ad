package dev.simoom.models.report;

/**
 * A token and how much a feature raises or lowers its logit.
 *
 * @param token the token's text, see {@link TokenText}
 * @param weight the feature's decoder direction through the unembedding, per unit of activation
 */
public record TokenWeight(String token, double weight) {

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if the weight is not finite
   */
  public TokenWeight {
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException(
          "TokenWeight '" + token + "': weight must be finite, got " + weight);
    }
  }
}
