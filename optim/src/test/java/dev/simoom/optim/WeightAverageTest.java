package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Averages of weights against their definition in double. */
final class WeightAverageTest {
  private static final AdamW RULE = AdamW.defaults().withLearningRate(0.1);

  private final SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
  private final float[][] gradients = Runs.gradients(25, 10, 5);

  WeightAverageTest() {
    parameters.put("matrix", Runs.variable("matrix", Shape.of(2, 3), 1));
    parameters.put("vector", Runs.variable("vector", Shape.of(4), 2));
  }

  private Optimizer optimizer(WeightAverage average) {
    return Optimizer.of(
        RULE,
        List.of(ParameterGroup.of("all", parameters)),
        OptimizerOptions.none().withAverage(average));
  }

  private float[] content() {
    float[] all = new float[10];
    System.arraycopy(Runs.content(parameters.get("matrix")), 0, all, 0, 6);
    System.arraycopy(Runs.content(parameters.get("vector")), 0, all, 6, 4);
    return all;
  }

  /** Runs all gradients; gives the average by its definition. */
  private double[] train(Optimizer optimizer, boolean fromZero, double decay) {
    double[] average = new double[10];
    float[] first = content();
    for (int i = 0; i < 10; i++) {
      average[i] = fromZero ? 0 : first[i];
    }
    try (Program program = Runs.program(optimizer)) {
      for (float[] gradient : gradients) {
        Tensor g = Tensor.of(gradient);
        program.runAll(g.slice(0, 0, 6).reshape(2, 3), g.slice(0, 6, 10));
        float[] now = content();
        for (int i = 0; i < 10; i++) {
          average[i] = decay * average[i] + (1 - decay) * now[i];
        }
      }
    }
    if (fromZero) {
      double weight = 1 - Math.pow(decay, gradients.length);
      for (int i = 0; i < 10; i++) {
        average[i] /= weight;
      }
    }
    return average;
  }

  private static void check(Optimizer optimizer, double[] expected) {
    float[] matrix = optimizer.averages().get("matrix").toFloatArray();
    float[] vector = optimizer.averages().get("vector").toFloatArray();
    for (int i = 0; i < 10; i++) {
      double actual = i < 6 ? matrix[i] : vector[i - 6];
      assertThat(actual).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void fromZeroTheStartIsMadeUpFor() {
    Optimizer optimizer = optimizer(WeightAverage.debiased(0.99));
    check(optimizer, train(optimizer, true, 0.99));
  }

  @Test
  void plainItStartsAsTheParameters() {
    Optimizer optimizer = optimizer(WeightAverage.plain(0.9));
    check(optimizer, train(optimizer, false, 0.9));
  }

  @Test
  void averagesTakeThePlaceOfTheParametersForAWhile() {
    Optimizer optimizer = optimizer(WeightAverage.debiased(0.99));
    train(optimizer, true, 0.99);
    float[] own = content();
    float[] averaged = optimizer.averages().get("vector").toFloatArray();
    optimizer.withAverages(
        () -> assertThat(Runs.content(parameters.get("vector"))).isEqualTo(averaged));
    assertThat(content()).isEqualTo(own);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                optimizer.withAverages(
                    () -> {
                      throw new IllegalArgumentException("in the middle");
                    }));
    assertThat(content()).isEqualTo(own);
  }

  @Test
  void beforeTheFirstUpdateItIsTheParameters() {
    Optimizer optimizer = optimizer(WeightAverage.debiased(0.99));
    assertThat(optimizer.averages().get("vector").toFloatArray())
        .isEqualTo(Runs.content(parameters.get("vector")));
    float[] own = content();
    optimizer.withAverages(() -> assertThat(content()).isEqualTo(own));
  }

  @Test
  void withoutAnAverageThereIsNoneToAskFor() {
    Optimizer optimizer = Optimizer.of(RULE, parameters);
    assertThatIllegalStateException()
        .isThrownBy(optimizer::averages)
        .withMessageContaining("keeps no average");
    assertThatIllegalArgumentException().isThrownBy(() -> WeightAverage.plain(1));
  }
}
