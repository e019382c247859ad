package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What sets simplified AdEMAMix apart; {@link ReferenceRuleTest} has its values. */
final class SimplifiedAdEMAMixTest {
  private static final SimplifiedAdEMAMix RULE =
      SimplifiedAdEMAMix.defaults().withLearningRate(0.01);

  @Test
  void theFirstStepIsOnePlusAlphaTimesTheRate() {
    float[] moved = Runs.run(RULE.withAlpha(3), new float[] {0, 0}, new float[][] {{0.5f, -7}});
    assertThat((double) moved[0]).isCloseTo(-0.04, within(1e-8));
    assertThat((double) moved[1]).isCloseTo(0.04, within(1e-8));
  }

  @Test
  void aConstantGradientMovesByTheRateTimesTheSum() {
    float[][] gradients = new float[300][];
    Arrays.fill(gradients, new float[] {0.3f});
    double expected = 0;
    for (int t = 1; t <= 300; t++) {
      expected += 0.01 * ((1 - Math.pow(0.99, t)) / (1 - 0.99) + 2);
    }
    float[] moved = Runs.run(RULE.withAlpha(2), new float[] {0}, gradients);
    assertThat((double) moved[0]).isCloseTo(-expected, within(2e-6 * expected));
  }

  @Test
  void beta1RampsAsTheSlowAverageOfAdEMAMix() {
    SimplifiedAdEMAMix ramped = RULE.withRamp(0.9, 10);
    for (long step = 1; step < 15; step++) {
      assertThat(ramped.coefficients(1000, step))
          .containsEntry("beta1_complement", 1 - AdEMAMix.beta3At(step, 10, 0.9, 0.99));
    }
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    refuses("beta1 must be in [0, 1), got 1.0", () -> RULE.withBetas(1, 0.95));
    refuses("beta2 must be in [0, 1), got -1.0", () -> RULE.withBetas(0.99, -1));
    refuses("alpha must be finite and not negative, got -1.0", () -> RULE.withAlpha(-1));
    refuses("minBeta1 must be in [0, 1), got 1.0", () -> RULE.withRamp(1, 5));
    refuses("beta1Ramp must be a number of steps, 0 or more, got -1", () -> RULE.withRamp(0.9, -1));
    refuses("epsilon must be finite and positive, got 0.0", () -> RULE.withEpsilon(0));
    refuses(
        "weightDecay must be finite and not negative, got -0.1", () -> RULE.withWeightDecay(-0.1));
    refuses(
        "the ramp of beta1 must go up: it starts at minBeta1 = 0.9, beta1 = 0.8",
        () -> RULE.withRamp(0.9, 5).withBetas(0.8, 0.95));
    assertThat(RULE.withBetas(0.8, 0.95).beta1()).isEqualTo(0.8);
  }

  private static void refuses(String complaint, Runnable work) {
    assertThatIllegalArgumentException().isThrownBy(work::run).withMessage(complaint);
  }
}
