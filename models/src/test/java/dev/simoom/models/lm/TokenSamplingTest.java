package dev.simoom.models.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shares of many draws against the probabilities that the options leave. */
final class TokenSamplingTest {
  private static final int DRAWS = 100_000;

  /** Probabilities 0.1, 0.4, 0.2 and 0.3. */
  private static final float[] LOGITS = logs(0.1, 0.4, 0.2, 0.3);

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (Math.log(probabilities[i]) + 5);
    }
    return logits;
  }

  private static void assertShares(TokenSampling sampling, double... expected) {
    SplittableRandom random = new SplittableRandom(1);
    int[] counts = new int[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampling.draw(LOGITS, random)]++;
    }
    for (int i = 0; i < counts.length; i++) {
      double share = counts[i] / (double) DRAWS;
      if (expected[i] == 0) {
        assertThat(counts[i]).as("token %d", i).isZero();
      } else {
        assertThat(share).as("token %d", i).isCloseTo(expected[i], within(0.01));
      }
    }
  }

  @Test
  void drawsFollowTheProbabilities() {
    assertShares(new TokenSampling(1, 0, 1), 0.1, 0.4, 0.2, 0.3);
  }

  @Test
  void temperatureRaisesThemToAPower() {
    double sum = 0.01 + 0.16 + 0.04 + 0.09;
    assertShares(new TokenSampling(0.5, 0, 1), 0.01 / sum, 0.16 / sum, 0.04 / sum, 0.09 / sum);
    assertShares(TokenSampling.GREEDY, 0, 1, 0, 0);
    assertShares(new TokenSampling(1e-6, 0, 1), 0, 1, 0, 0);
  }

  @Test
  void topKLeavesTheLikeliest() {
    assertShares(new TokenSampling(1, 2, 1), 0, 4 / 7.0, 0, 3 / 7.0);
    assertShares(new TokenSampling(1, 99, 1), 0.1, 0.4, 0.2, 0.3);
  }

  @Test
  void topPLeavesTheSmallestSetOfThatProbability() {
    assertShares(new TokenSampling(1, 0, 0.69), 0, 4 / 7.0, 0, 3 / 7.0);
    assertShares(new TokenSampling(1, 0, 0.71), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
    assertShares(new TokenSampling(1, 0, 1e-9), 0, 1, 0, 0);
    // Of what top-k left, not of all.
    assertShares(new TokenSampling(1, 2, 0.5), 0, 1, 0, 0);
  }

  @Test
  void impossibleTokensAreNeverDrawn() {
    float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(new TokenSampling(3, 0, 1).draw(logits, random)).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBeDrawnFromIsRefused() {
    SplittableRandom random = new SplittableRandom(1);
    assertThatThrownBy(() -> TokenSampling.GREEDY.draw(new float[] {1, Float.NaN}, random))
        .hasMessageContaining("not a number");
    assertThatThrownBy(
            () -> TokenSampling.GREEDY.draw(new float[] {Float.NEGATIVE_INFINITY}, random))
        .hasMessageContaining("-Infinity");
    assertThatThrownBy(() -> new TokenSampling(-1, 0, 1)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> new TokenSampling(Double.NaN, 0, 1))
        .hasMessageContaining("temperature");
    assertThatThrownBy(() -> new TokenSampling(1, -1, 1)).hasMessageContaining("top-k");
    assertThatThrownBy(() -> new TokenSampling(1, 0, 0)).hasMessageContaining("top-p");
  }
}
