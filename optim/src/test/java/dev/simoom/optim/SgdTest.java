package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** SGD against torch.optim.SGD of PyTorch 2.13, run in float64. */
final class SgdTest {
  private static final Sgd RULE = Sgd.defaults().withLearningRate(0.01);

  @Test
  void withoutMomentumAgreesWithKnownValues() {
    double[][] expected = {
      {0.9989999999850988, -1.9979999999701976, 0.4969999998807907},
      {0.9949999999254941, -1.9979999999701976, 0.4979999998956918},
      {0.9980000000447035, -2.0029999999701977, 0.4959999998658895},
      {0.9975000000372529, -1.996999999731779, 0.4959999998658895}
    };
    KnownValues.check(RULE, expected);
    assertThat(RULE.moments()).isEmpty();
  }

  @Test
  void withMomentumAgreesWithKnownValues() {
    double[][] expected = {
      {0.9989999999850988, -1.9979999999701976, 0.4969999998807907},
      {0.9940999999120831, -1.9961999999433755, 0.4952999997884035},
      {0.9926899999655783, -1.9995799999192356, 0.4917699996754527},
      {0.9909210000062734, -1.9966219996590913, 0.488592999573797}
    };
    KnownValues.check(RULE.withMomentum(0.9), expected);
  }

  @Test
  void nesterovsFormAgreesWithKnownValues() {
    double[][] expected = {
      {0.9980999999716877, -1.9961999999433755, 0.49429999977350236},
      {0.989689999846369, -1.9945799999192355, 0.49376999970525504},
      {0.9914210000137239, -2.0026219998975097, 0.488592999573797},
      {0.9893289000428989, -1.9939597994249612, 0.4857336994823068}
    };
    KnownValues.check(RULE.withNesterov(0.9), expected);
  }

  @Test
  void aSteadyGradientTendsToTheSumOfAllMomentum() {
    float[][] gradients = new float[4001][];
    Arrays.fill(gradients, new float[] {1});
    Sgd rule = Sgd.defaults().withLearningRate(1).withMomentum(0.999);
    float[] before = Runs.run(rule, new float[] {0}, Arrays.copyOf(gradients, 4000));
    float[] after = Runs.run(rule, new float[] {0}, gradients);
    double expected = (1 - Math.pow(0.999, 4001)) / 0.001;
    assertThat((double) before[0] - after[0]).isCloseTo(expected, within(2e-3 * expected));
  }

  @Test
  void weightDecayIsDecoupled() {
    float[][] none = {{0}, {0}, {0}};
    float[] decayed = Runs.run(RULE.withMomentum(0.9).withWeightDecay(0.5), new float[] {1}, none);
    assertThat((double) decayed[0]).isCloseTo(Math.pow(1 - 0.01 * 0.5, 3), within(2e-7));
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withMomentum(1))
        .withMessage("momentum must be in [0, 1), got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withNesterov(0))
        .withMessage("Nesterov's form needs momentum above 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.withWeightDecay(-1))
        .withMessageContaining("weightDecay");
  }
}
