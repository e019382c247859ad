package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** What sets Lion apart; {@link ReferenceRuleTest} has its values. */
final class LionTest {
  private static final Lion RULE = Lion.defaults().withLearningRate(0.25);

  @Test
  void everyElementMovesByTheRate() {
    float[][] gradients = {{1e-30f, -3e20f, 0, -0f}};
    assertThat(Runs.run(RULE, new float[] {1, 1, 1, 1}, gradients))
        .containsExactly(0.75f, 1.25f, 1, 1);
  }

  @Test
  void theDirectionLooksFurtherAheadThanTheAverage() {
    // After 1 the average is 0.01; 0.9 of it outweighs 0.1 of -0.08, and not of -0.1.
    assertThat(Runs.run(RULE, new float[] {0, 0}, new float[][] {{1, 1}, {-0.08f, -0.1f}}))
        .containsExactly(-0.5f, 0);
  }

  @Test
  void aSpoiltGradientShows() {
    assertThat(Runs.run(RULE, new float[] {1}, new float[][] {{Float.NaN}}))
        .containsOnly(Float.NaN);
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThat(Lion.defaults()).isEqualTo(new Lion(Schedule.constant(1e-4), 0.9, 0.99, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withBetas(0.9, -0.5))
        .withMessage("beta2 must be in [0, 1), got -0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withBetas(2, 0.99))
        .withMessageContaining("beta1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withWeightDecay(-1))
        .withMessageContaining("weightDecay");
  }
}
