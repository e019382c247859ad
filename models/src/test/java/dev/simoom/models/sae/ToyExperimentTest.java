package dev.simoom.models.sae;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
