package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds 200 steps of AdEMAMix against the plain double evaluation, over a grid of settings. */
final class ReferenceGridTest {
  private static final int STEPS = 200;
  private static final int COUNT = 37;
  private static final double TOLERANCE = 2e-6;

  static List<AdEMAMix> grid() {
    List<AdEMAMix> rules = new ArrayList<>();
    for (double alpha : new double[] {0, 2, 5, 8}) {
      for (double beta1 : new double[] {0, 0.9}) {
        for (double beta3 : new double[] {0.99, 0.999, 0.9999}) {
          for (int ramp : new int[] {0, 1, 4, 100}) {
            for (double decay : new double[] {0, 0.1}) {
              rules.add(
                  AdEMAMix.defaults()
                      .withAlpha(alpha)
                      .withBetas(beta1, 0.999, beta3)
                      .withRamps(ramp)
                      .withWeightDecay(decay));
            }
          }
        }
      }
    }
    return rules;
  }

  @ParameterizedTest
  @MethodSource("grid")
  void agreesWithTheFormula(AdEMAMix rule) {
    float[] start = Runs.normal(COUNT, 1);
    float[][] gradients = Runs.gradients(STEPS, COUNT, 2);
    double[] theta = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      theta[i] = start[i];
    }
    ReferenceAdEMAMix reference =
        new ReferenceAdEMAMix(
            theta,
            rule.learningRate().at(1),
            rule.beta1(),
            rule.beta2(),
            rule.beta3(),
            rule.alpha(),
            (int) rule.alphaRamp(),
            rule.weightDecay());
    Map<String, Variable> parameters = new LinkedHashMap<>();
    parameters.put("x", Runs.variable("x", start));
    try (Optimizer optimizer = Optimizer.of(rule, parameters);
        Program program = Runs.program(optimizer)) {
      for (float[] gradient : gradients) {
        reference.step(gradient);
        program.runAll(Tensor.of(gradient));
        assertThat(distance(Runs.content(parameters.get("x")), reference.theta()))
            .as("step %d", optimizer.stepCount())
            .isLessThan(TOLERANCE);
      }
    }
  }

  /** The largest deviation, in units of the largest parameter. */
  private static double distance(float[] actual, double[] expected) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return difference / largest;
  }
}
