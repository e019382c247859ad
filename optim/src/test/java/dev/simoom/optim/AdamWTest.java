package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** AdamW against values worked out apart, in double, by a few lines of Python. */
final class AdamWTest {
  private static final float[][] GRADIENTS = {
    {0.1f, -0.2f, 0.3f}, {0.4f, 0, -0.1f}, {-0.3f, 0.5f, 0.2f}, {0.05f, -0.6f, 0}
  };
  private static final double[][] EXPECTED = {
    {0.9890000009999999, -1.9880000005, 0.4895000003333333},
    {0.9791848304932143, -1.979296199502683, 0.4850010483945699},
    {0.9764410045916679, -1.9813138723374837, 0.4784754492711884},
    {0.9734547500750494, -1.9772087517633965, 0.47303760362150526}
  };

  @Test
  void agreesWithKnownValues() {
    AdamW rule = AdamW.defaults().withLearningRate(0.01).withBetas(0.9, 0.99).withWeightDecay(0.1);
    for (int steps = 1; steps <= 4; steps++) {
      float[] moved = Runs.run(rule, new float[] {1, -2, 0.5f}, Arrays.copyOf(GRADIENTS, steps));
      for (int i = 0; i < 3; i++) {
        double expected = EXPECTED[steps - 1][i];
        assertThat((double) moved[i]).isCloseTo(expected, within(4e-7 * Math.abs(expected)));
      }
    }
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdamW.defaults().withBetas(0.9, 1))
        .withMessage("beta2 must be in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdamW.defaults().withEpsilon(-1))
        .withMessageContaining("epsilon");
  }
}
