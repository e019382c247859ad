package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** AdamW against values worked out apart, in double, by a few lines of Python. */
final class AdamWTest {
  private static final double[][] EXPECTED = {
    {0.9890000009999999, -1.9880000005, 0.4895000003333333},
    {0.9791848304932143, -1.979296199502683, 0.4850010483945699},
    {0.9764410045916679, -1.9813138723374837, 0.4784754492711884},
    {0.9734547500750494, -1.9772087517633965, 0.47303760362150526}
  };

  @Test
  void agreesWithKnownValues() {
    AdamW rule = AdamW.defaults().withLearningRate(0.01).withBetas(0.9, 0.99).withWeightDecay(0.1);
    KnownValues.check(rule, EXPECTED);
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
