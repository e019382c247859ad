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

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(new Sparsity.BatchTopK(4)),
        Arguments.of(new Sparsity.ReluL1(0.05)),
        Arguments.of(new Sparsity.JumpRelu(0.02)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void trueFeaturesAreFoundWithOtherSparsities(Sparsity sparsity) {
    ToyExperiment.Outcome outcome =
        ToyExperiment.run(
            ToyExperiment.config().withSparsity(sparsity),
            ToyExperiment.training(STEPS, true, true, 0).withPenaltyWarmup(STEPS / 20),
            STEPS);
    System.out.println(sparsity + " " + outcome);
    assertThat(outcome.found()).isGreaterThan(0.9);
  }
}
