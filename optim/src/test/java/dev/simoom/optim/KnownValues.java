package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

/** Four steps from (1, -2, 0.5), which other software has made in double. */
final class KnownValues {
  private static final float[][] GRADIENTS = {
    {0.1f, -0.2f, 0.3f}, {0.4f, 0, -0.1f}, {-0.3f, 0.5f, 0.2f}, {0.05f, -0.6f, 0}
  };

  private KnownValues() {}

  /** Holds a rule against the parameters after each of the steps. */
  static void check(UpdateRule rule, double[][] expected) {
    for (int steps = 1; steps <= GRADIENTS.length; steps++) {
      float[] moved = Runs.run(rule, new float[] {1, -2, 0.5f}, Arrays.copyOf(GRADIENTS, steps));
      for (int i = 0; i < moved.length; i++) {
        double known = expected[steps - 1][i];
        assertThat((double) moved[i]).isCloseTo(known, within(4e-7 * Math.abs(known)));
      }
    }
  }
}
