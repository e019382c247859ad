package dev.simoom.models.lm;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * How the next token is chosen among those that a model holds likely.
 *
 * @param temperature what logits are divided by: below 1 likely tokens are chosen more often; 0
 *     takes the likeliest
 * @param topK only so many of the likeliest tokens are left, or all if 0 (Fan, Lewis and Dauphin,
 *     arXiv 1805.04833)
 * @param topP of these the likeliest that together have at least this probability are left, 1 for
 *     all (nucleus sampling, Holtzman et al., arXiv 1904.09751)
 */
public record TokenSampling(double temperature, int topK, double topP) {
  /** The likeliest token, always. */
  public static final TokenSampling GREEDY = new TokenSampling(0, 0, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public TokenSampling {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature must be 0 or more, got " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must be 0 (all) or more, got " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1, got " + topP);
    }
  }

  /**
   * Draws a token.
   *
   * @param logits one for each token of the vocabulary; of equal ones the first counts as likelier
   * @throws IllegalArgumentException if one is not a number, or no token is possible
   */
  public int draw(float[] logits, RandomGenerator random) {
    int[] sorted = likeliestFirst(logits);
    float most = logits[sorted[0]];
    if (!Float.isFinite(most)) {
      throw new IllegalArgumentException(
          "the largest logit is " + most + ": no token can be drawn");
    }
    if (temperature == 0) {
      return sorted[0];
    }
    int left = topK == 0 ? sorted.length : Math.min(topK, sorted.length);
    double[] weights = new double[left];
    double sum = 0;
    for (int i = 0; i < left; i++) {
      weights[i] = Math.exp((logits[sorted[i]] - most) / temperature);
      sum += weights[i];
    }
    int kept = 0;
    double nucleus = 0;
    while (kept < left && (kept == 0 || nucleus < topP * sum)) {
      nucleus += weights[kept++];
    }
    double at = random.nextDouble() * nucleus;
    int chosen = 0;
    while (chosen < kept - 1 && at >= weights[chosen]) {
      at -= weights[chosen++];
    }
    return sorted[chosen];
  }

  private static int[] likeliestFirst(float[] logits) {
    for (float logit : logits) {
      if (Float.isNaN(logit)) {
        throw new IllegalArgumentException("a logit is not a number");
      }
    }
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
