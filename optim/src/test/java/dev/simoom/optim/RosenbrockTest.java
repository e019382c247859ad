package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The valley of the paper's figure: (1 - x)^2 + 100 (y - x^2)^2 from (-3, 5), 4,000 steps, distance
 * to (1, 1); figures computed apart.
 */
final class RosenbrockTest {
  private record Case(UpdateRule rule, double distance) {}

  static List<Case> cases() {
    AdamW adamW = AdamW.defaults().withWeightDecay(0);
    AdEMAMix mixed = AdEMAMix.defaults().withAlpha(9);
    SimplifiedAdEMAMix simplified = SimplifiedAdEMAMix.defaults().withBetas(0.99, 0.999);
    return List.of(
        new Case(adamW.withLearningRate(0.01), 4.75),
        new Case(mixed.withBetas(0.9, 0.999, 0.999).withLearningRate(0.01), 0.971),
        new Case(mixed.withLearningRate(0.01), 1.53),
        new Case(Adam.defaults().withLearningRate(0.03), 1.79),
        new Case(mixed.withBetas(0.9, 0.999, 0.999).withLearningRate(0.03), 0.127),
        new Case(mixed.withLearningRate(0.03), 2.84),
        new Case(Sgd.defaults().withLearningRate(2e-4), 4.235),
        new Case(Sgd.defaults().withMomentum(0.9).withLearningRate(1e-4), 0.4142),
        new Case(Sgd.defaults().withNesterov(0.9).withLearningRate(1e-4), 0.7383),
        new Case(Lion.defaults().withLearningRate(1e-3), 3.020),
        new Case(simplified.withLearningRate(1e-3), 0.7363),
        new Case(simplified.withAlpha(10).withLearningRate(1e-3), 0.2807));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsWhereItShould(Case tested) {
    Variable at = Runs.variable("at", -3, 5);
    try (Optimizer optimizer = Optimizer.of(tested.rule(), Map.of("at", at));
        Program step =
            Program.ofMany(
                none -> {
                  optimizer.minimize(loss(at.value()));
                  return List.of();
                })) {
      for (int i = 0; i < 4000; i++) {
        step.runAll();
      }
    }
    float[] end = Runs.content(at);
    assertThat(Math.hypot(end[0] - 1, end[1] - 1))
        .isCloseTo(tested.distance(), within(0.01 * tested.distance()));
  }

  private static Tensor loss(Tensor at) {
    Tensor x = at.select(0, 0);
    Tensor y = at.select(0, 1);
    Tensor one = Tensor.scalar(1);
    return one.sub(x).square().add(y.sub(x.square()).square().mul(100));
  }
}
