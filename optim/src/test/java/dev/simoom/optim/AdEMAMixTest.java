package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties that set AdEMAMix apart, its schedulers and its settings. */
final class AdEMAMixTest {
  private static final AdEMAMix RULE =
      AdEMAMix.defaults().withAlpha(5).withRamps(10).withWeightDecay(0.1).withLearningRate(0.01);

  // ---------------------------------------------------------------- invariants

  @Test
  void theFirstStepIsKnownInClosedForm() {
    float[] start = Runs.normal(21, 3);
    float[][] gradients = Runs.gradients(1, 21, 4);
    float[] moved = Runs.run(RULE, start, gradients);
    double slow = 0.5 * (1 - AdEMAMix.beta3At(1, 10, 0.9, 0.9999));
    for (int i = 0; i < start.length; i++) {
      double g = gradients[0][i];
      double direction = (g + slow * g) / (Math.abs(g) + 1e-8);
      double expected = start[i] - 0.01 * (direction + 0.1 * start[i]);
      assertThat((double) moved[i]).isCloseTo(expected, within(2e-7 * Math.abs(expected) + 1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7})
  void withAlphaZeroItIsAdamW(long ramp) {
    AdamW adamW =
        AdamW.defaults().withBetas(0.9, 0.999).withLearningRate(0.01).withWeightDecay(0.1);
    float[] start = Runs.normal(45, 5);
    float[][] gradients = Runs.gradients(60, 45, 6);
    assertThat(Runs.run(RULE.withAlpha(0).withRamps(ramp), start, gradients))
        .isEqualTo(Runs.run(adamW, start, gradients));
  }

  @Test
  void aConstantGradientMovesByTheRateTimesOnePlusWhatFilledTheSlowAverage() {
    AdEMAMix rule = RULE.withRamps(0).withWeightDecay(0).withBetas(0.9, 0.999, 0.99);
    float[][] gradients = new float[100][];
    Arrays.fill(gradients, new float[] {0.3f, -2});
    double expected = 0;
    for (int t = 1; t <= 100; t++) {
      expected += 0.01 * (1 + 5 * (1 - Math.pow(0.99, t)));
    }
    float[] moved = Runs.run(rule, new float[] {0, 0}, gradients);
    assertThat((double) moved[0]).isCloseTo(-expected, within(4e-6));
    assertThat((double) moved[1]).isCloseTo(expected, within(4e-6));
  }

  @Test
  void rampsOfOneStepAreNoRamps() {
    float[] start = Runs.normal(30, 7);
    float[][] gradients = Runs.gradients(20, 30, 8);
    assertThat(Runs.run(RULE.withRamps(1), start, gradients))
        .isEqualTo(Runs.run(RULE.withRamps(0), start, gradients));
  }

  @Test
  void withBeta1ZeroNoFastAverageIsKept() {
    assertThat(RULE.moments()).containsExactly("m1", "m2", "nu");
    assertThat(RULE.withBetas(0, 0.999, 0.9999).moments()).containsExactly("m2", "nu");
  }

  // ---------------------------------------------------------------- schedulers

  /** Values of section 1.2 of the project's notes on AdEMAMix, computed apart from this code. */
  @ParameterizedTest
  @CsvSource({
    "10, 0, 0, 0.9, 0",
    "10, 1, 0.8, 0.9990089120425198, 0.9990004498800211",
    "10, 5, 4.0, 0.9998001996254803, 0.9998000100000001",
    "10, 9, 7.2, 0.9998889012223828, 0.9998888895061911",
    "10, 10, 8, 0.9999, 0.9999",
    "10, 11, 8, 0.9999, 0.9999",
    "1000, 1, 0.008, 0.9499637431903171, 0.9048328935584562",
    "1000, 500, 4.0, 0.9998001996254803, 0.9998000100000001",
  })
  void schedulersGiveTheKnownValues(
      long ramp, long step, double alpha, double fromBeta1, double fromZero) {
    assertThat(AdEMAMix.alphaAt(step, ramp, 8)).isCloseTo(alpha, within(1e-15));
    assertThat(AdEMAMix.beta3At(step, ramp, 0.9, 0.9999)).isCloseTo(fromBeta1, within(3e-16));
    // 0.9999^1000 moves by a thousand times the rounding of 0.9999.
    assertThat(AdEMAMix.beta3At(step, ramp, 0, 0.9999)).isCloseTo(fromZero, within(2e-13));
  }

  @Test
  void beta3RampsUpByItsHalfLife() {
    for (long step = 0; step <= 100; step++) {
      double beta = AdEMAMix.beta3At(step, 100, 0.9, 0.999);
      double mu = step / 100.0;
      double expected = (1 - mu) * halfLife(0.9) + mu * halfLife(0.999);
      assertThat(halfLife(beta)).isCloseTo(expected, within(1e-9 * expected));
    }
  }

  private static double halfLife(double beta) {
    return Math.log(0.5) / Math.log(beta) - 1;
  }

  @Test
  void rampsEndExactlyAtTheirTarget() {
    for (long ramp : new long[] {0, 1, 3, 7, 1000}) {
      assertThat(AdEMAMix.alphaAt(Math.max(1, ramp), ramp, 0.3)).isEqualTo(0.3);
      assertThat(AdEMAMix.beta3At(Math.max(1, ramp), ramp, 0.9, 0.999)).isEqualTo(0.999);
      assertThat(AdEMAMix.beta3At(5 + ramp, ramp, 0, 0.999)).isEqualTo(0.999);
    }
    assertThat(AdEMAMix.beta3At(3, 10, 0.99, 0.99)).isEqualTo(0.99);
  }

  @Test
  void firstStepIsCountedAsOne() {
    assertThat(RULE.coefficients(1, 1)).containsEntry("alpha", 0.5);
    assertThat(RULE.coefficients(1, 1).get("beta3_complement"))
        .isEqualTo(1 - AdEMAMix.beta3At(1, 10, 0.9, 0.9999));
    assertThat(RULE.coefficients(1, 1).get("m1_correction")).isCloseTo(10, within(1e-14));
  }

  @Test
  void rampsCountFromWhenTheRuleWasTakenUp() {
    assertThat(RULE.coefficients(1000, 3)).containsEntry("alpha", 1.5);
  }

  // ---------------------------------------------------------------- settings

  @Test
  void defaultsAreThoseOfThePaper() {
    assertThat(AdEMAMix.defaults())
        .isEqualTo(new AdEMAMix(Schedule.constant(1e-3), 0.9, 0.999, 0.9999, 5, 0, 0, 1e-8, 0));
  }

  @Test
  void settingsOutsideTheirRangeAreRefusedByName() {
    refuses("beta1", () -> RULE.withBetas(1, 0.999, 0.9999));
    refuses("beta1", () -> RULE.withBetas(-0.1, 0.999, 0.9999));
    refuses("beta2", () -> RULE.withBetas(0.9, 1.5, 0.9999));
    refuses("beta3", () -> RULE.withBetas(0.9, 0.999, Double.NaN));
    refuses("alpha", () -> RULE.withAlpha(-1));
    refuses("alphaRamp", () -> RULE.withRamps(-1, 0));
    refuses("beta3Ramp", () -> RULE.withRamps(0, -1));
    refuses("epsilon", () -> RULE.withEpsilon(0));
    refuses("weightDecay", () -> RULE.withWeightDecay(-0.1));
  }

  @Test
  void aRampThatWouldGoDownIsRefused() {
    refuses("ramp of beta3 must go up", () -> RULE.withBetas(0.9, 0.999, 0.8));
    refuses("ramp of beta3 must go up", () -> AdEMAMix.beta3At(1, 5, 0.9, 0.8));
    assertThat(RULE.withRamps(10, 0).withBetas(0.9, 0.999, 0.8).beta3()).isEqualTo(0.8);
  }

  private static void refuses(String complaint, Runnable work) {
    assertThatIllegalArgumentException().isThrownBy(work::run).withMessageContaining(complaint);
  }
}
