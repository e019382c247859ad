package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The valley of the paper's figure: (1 - x)^2 + 100 (y - x^2)^2 from (-3, 5), 4,000 steps, distance
 * to (1, 1); figures computed apart. Alpha 0 stands for Adam.
 */
final class RosenbrockTest {
  @ParameterizedTest
  @CsvSource({
    "0.01, 0, 0.999, 4.75",
    "0.01, 9, 0.999, 0.971",
    "0.01, 9, 0.9999, 1.53",
    "0.03, 0, 0.999, 1.79",
    "0.03, 9, 0.999, 0.127",
    "0.03, 9, 0.9999, 2.84",
  })
  void endsWhereItShould(double rate, double alpha, double beta3, double expected) {
    UpdateRule rule =
        alpha == 0
            ? AdamW.defaults().withWeightDecay(0).withLearningRate(rate)
            : AdEMAMix.defaults()
                .withAlpha(alpha)
                .withBetas(0.9, 0.999, beta3)
                .withLearningRate(rate);
    Variable at = Runs.variable("at", -3, 5);
    try (Optimizer optimizer = Optimizer.of(rule, Map.of("at", at));
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
    assertThat(Math.hypot(end[0] - 1, end[1] - 1)).isCloseTo(expected, within(0.01 * expected));
  }

  private static Tensor loss(Tensor at) {
    Tensor x = at.select(0, 0);
    Tensor y = at.select(0, 1);
    Tensor one = Tensor.scalar(1);
    return one.sub(x).square().add(y.sub(x.square()).square().mul(100));
  }
}
