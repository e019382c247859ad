package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds 100 steps of each rule against the plain double evaluation: a matrix with weight decay, a
 * vector without and at another rate, gradients clipped by value and by norm.
 */
final class ReferenceRuleTest {
  private static final int STEPS = 100;
  private static final int MATRIX = 15;
  private static final int COUNT = 23;
  private static final double CLIP_VALUE = 1.5;
  private static final double CLIP_NORM = 4;

  /** A power of two: Lion subtracts it again and again, and would round the same way each time. */
  private static final double RATE = 0x1p-7;

  private static final double DECAY = 0.1;

  /** A rule, and what makes its reference. */
  private record Case(UpdateRule rule, Supplier<ReferenceRule> reference) {
    @Override
    public String toString() {
      return rule.toString();
    }
  }

  static List<Case> cases() {
    Sgd sgd = Sgd.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    Adam adam = Adam.defaults().withLearningRate(RATE);
    Lion lion = Lion.defaults().withLearningRate(RATE).withWeightDecay(DECAY);
    SimplifiedAdEMAMix simplified =
        SimplifiedAdEMAMix.defaults().withLearningRate(RATE / 10).withWeightDecay(DECAY);
    return List.of(
        new Case(sgd, () -> ReferenceRule.sgd(0, false)),
        new Case(sgd.withMomentum(0.9), () -> ReferenceRule.sgd(0.9, false)),
        new Case(sgd.withNesterov(0.99), () -> ReferenceRule.sgd(0.99, true)),
        new Case(adam, () -> ReferenceRule.adam(0.9, 0.999)),
        new Case(adam.withWeightDecay(DECAY), () -> ReferenceRule.adam(0.9, 0.999)),
        new Case(lion, () -> ReferenceRule.lion(0.9, 0.99)),
        new Case(lion.withBetas(0.95, 0.98), () -> ReferenceRule.lion(0.95, 0.98)),
        new Case(simplified, () -> ReferenceRule.simplified(0.99, 0.95, 0, 0.9, 0)),
        new Case(
            simplified.withBetas(0.999, 0.95).withAlpha(5).withRamp(0.5, 40),
            () -> ReferenceRule.simplified(0.999, 0.95, 5, 0.5, 40)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheFormula(Case tested) {
    float[] start = Runs.normal(COUNT, 1);
    float[][] gradients = Runs.gradients(STEPS, COUNT, 2);
    SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
    Tensor all = Tensor.of(start);
    parameters.put("matrix", Variable.of("matrix", all.slice(0, 0, MATRIX).reshape(3, 5)));
    parameters.put("vector", Variable.of("vector", all.slice(0, MATRIX, COUNT)));
    List<ParameterGroup> groups = ParameterGroup.withDecayMask(parameters);
    groups.set(1, groups.get(1).withRateFactor(0.5));
    OptimizerOptions options =
        OptimizerOptions.none().withClipValue(CLIP_VALUE).withClipNorm(CLIP_NORM);
    try (Optimizer optimizer = Optimizer.of(tested.rule(), groups, options);
        Program program = Runs.program(optimizer)) {
      for (float[] gradient : gradients) {
        Tensor g = Tensor.of(gradient);
        program.runAll(g.slice(0, 0, MATRIX).reshape(3, 5), g.slice(0, MATRIX, COUNT));
      }
    }
    double[] expected = reference(tested, start, gradients);
    double largest =
        IntStream.range(0, COUNT).mapToDouble(i -> Math.abs(expected[i])).max().orElse(0);
    float[] matrix = Runs.content(parameters.get("matrix"));
    float[] vector = Runs.content(parameters.get("vector"));
    for (int i = 0; i < COUNT; i++) {
      double actual = i < MATRIX ? matrix[i] : vector[i - MATRIX];
      assertThat(Math.abs(actual - expected[i]) / largest).as("element %d", i).isLessThan(2e-6);
    }
  }

  private static double[] reference(Case tested, float[] start, float[][] gradients) {
    UpdateRule rule = tested.rule();
    List<ReferenceRule> rules =
        IntStream.range(0, COUNT).mapToObj(_ -> tested.reference().get()).toList();
    double[] theta = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      theta[i] = start[i];
    }
    for (int t = 1; t <= STEPS; t++) {
      double[] g = clipped(gradients[t - 1]);
      for (int i = 0; i < COUNT; i++) {
        double rate = rule.learningRate().at(t) * (i < MATRIX ? 1 : 0.5);
        double decay = (i < MATRIX ? rule.weightDecay() : 0) * theta[i];
        boolean coupled = rule instanceof Adam;
        double direction = rules.get(i).direction(coupled ? g[i] + decay : g[i], t);
        theta[i] -= rate * (coupled ? direction : direction + decay);
      }
    }
    return theta;
  }

  private static double[] clipped(float[] gradient) {
    double[] g = new double[COUNT];
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      g[i] = Math.clamp(gradient[i], -CLIP_VALUE, CLIP_VALUE);
      squares += g[i] * g[i];
    }
    double scale = Math.min(1, CLIP_NORM / Math.sqrt(squares));
    for (int i = 0; i < COUNT; i++) {
      g[i] *= scale;
    }
    return g;
  }
}
