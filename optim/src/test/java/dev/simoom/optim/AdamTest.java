package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Adam against torch.optim.Adam of PyTorch 2.13, run in float64, and against AdamW. */
final class AdamTest {
  private static final Adam RULE = Adam.defaults().withLearningRate(0.01).withBetas(0.9, 0.99);

  @Test
  void withDecayInTheGradientAgreesWithKnownValues() {
    double[][] expected = {
      {0.9900000004999999, -1.99000000025, 0.4900000002857143},
      {0.9806158755006166, -1.980672805624532, 0.4844309227999004},
      {0.9760620813315378, -1.9782855815284734, 0.47723218714074},
      {0.9709928441310467, -1.9723974947637064, 0.470717711697932}
    };
    KnownValues.check(RULE.withWeightDecay(0.1), expected);
  }

  @Test
  void withoutDecayItIsAdamW() {
    AdamW decoupled =
        AdamW.defaults().withLearningRate(0.01).withBetas(0.9, 0.99).withWeightDecay(0);
    float[] start = Runs.normal(20, 1);
    float[][] gradients = Runs.gradients(15, 20, 2);
    assertThat(Runs.run(RULE, start, gradients)).isEqualTo(Runs.run(decoupled, start, gradients));
    assertThat(Adam.defaults().weightDecay()).isZero();
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withBetas(1, 0.99))
        .withMessage("beta1 must be in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withEpsilon(0))
        .withMessageContaining("epsilon");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withWeightDecay(Double.NaN))
        .withMessageContaining("weightDecay");
  }
}
