package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Training end to end, on activations whose features are known. */
class ToyExperimentTest {
  private static final int STEPS = 2200;

  @Test
  void trueFeaturesAreFound() {
    ToyExperiment.Outcome outcome =
        ToyExperiment.run(ToyExperiment.training(STEPS, true, true, 0), STEPS);
    assertThat(outcome.found()).isGreaterThan(0.9);
    assertThat(outcome.normalisedMse()).isBetween(0.12, 0.15);
    assertThat(outcome.neverFired()).isLessThan(0.5);
  }

  /** Sparsity, steps that it needs, and the error to expect: that of TopK with k 4 is 0.132. */
  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(new Sparsity.BatchTopK(4), 4000, 0.12),
        Arguments.of(new Sparsity.ReluL1(0.1), STEPS, 0.16),
        Arguments.of(new Sparsity.JumpRelu(0.04, 0.2), STEPS, 0.13),
        Arguments.of(new Sparsity.Gated(0.1), STEPS, 0.13),
        Arguments.of(Sparsity.Matryoshka.halves(4, 192), STEPS, 0.16));
  }

  @ParameterizedTest
  @MethodSource("others")
  void trueFeaturesAreFoundWithOtherSparsities(Sparsity sparsity, int steps, double error) {
    SaeTraining training =
        ToyExperiment.training(steps, true, true, 0).withPenaltyWarmup(steps / 5);
    ToyExperiment.Outcome outcome =
        ToyExperiment.run(ToyExperiment.config().withSparsity(sparsity), training, steps);
    assertThat(outcome.found()).isGreaterThan(0.8);
    assertThat(outcome.normalisedMse()).isLessThan(error);
    if (!(sparsity instanceof Sparsity.ReluL1)) {
      assertThat(outcome.l0()).isBetween(3.0, 4.3);
    }
  }
}
