package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Groups, clipping, counting, and that eager code and programs do the same. */
final class OptimizerTest {
  private static final AdEMAMix RULE =
      AdEMAMix.defaults().withLearningRate(0.01).withRamps(20).withWeightDecay(0.1);

  /** A small regression with two layers. */
  private static final class Net {
    final Variable w1 = Runs.variable("w1", Shape.of(5, 7), 1);
    final Variable b1 = Runs.variable("b1", Shape.of(7), 2);
    final Variable w2 = Runs.variable("w2", Shape.of(7, 3), 3);
    final Variable b2 = Runs.variable("b2", Shape.of(3), 4);

    SequencedMap<String, Variable> parameters() {
      SequencedMap<String, Variable> all = new LinkedHashMap<>();
      all.put("w1", w1);
      all.put("b1", b1);
      all.put("w2", w2);
      all.put("b2", b2);
      return all;
    }

    Tensor loss(Tensor x, Tensor y) {
      Tensor hidden = x.matmul(w1.value()).add(b1.value()).tanh();
      return hidden.matmul(w2.value()).add(b2.value()).sub(y).square().mean();
    }

    float[][] content() {
      return parameters().values().stream().map(Runs::content).toArray(float[][]::new);
    }
  }

  private static final Tensor X = Tensor.of(Shape.of(6, 5), Runs.normal(30, 11));
  private static final Tensor Y = Tensor.of(Shape.of(6, 3), Runs.normal(18, 12));

  private static Optimizer optimizer(Net net) {
    OptimizerOptions options =
        OptimizerOptions.none()
            .withClipNorm(0.5)
            .withNorms()
            .withAverage(WeightAverage.debiased(0.9));
    return Optimizer.of(RULE, ParameterGroup.withDecayMask(net.parameters()), options);
  }

  @Test
  void eagerCodeAndProgramsGiveTheSameBits() {
    Net eager = new Net();
    Net traced = new Net();
    Optimizer first = optimizer(eager);
    Optimizer second = optimizer(traced);
    Program program =
        Program.of(
            (x, y) -> {
              Tensor loss = traced.loss(x, y);
              second.minimize(loss);
              return loss;
            });
    for (int i = 0; i < 30; i++) {
      Tensor loss = eager.loss(X, Y);
      float expected = loss.item();
      first.minimize(loss);
      assertThat(program.run(X, Y).item()).as("loss at step %d", i).isEqualTo(expected);
      assertThat(traced.content()).as("parameters after step %d", i).isDeepEqualTo(eager.content());
    }
    assertThat(second.diagnostics()).isEqualTo(first.diagnostics());
    assertThat(first.stepCount()).isEqualTo(30);
    first
        .averages()
        .forEach(
            (name, average) ->
                assertThat(second.averages().get(name).toFloatArray())
                    .isEqualTo(average.toFloatArray()));
  }

  @Test
  void theCounterAdvancesOncePerRunAndNotPerTrace() {
    Net net = new Net();
    Optimizer optimizer = optimizer(net);
    Program program =
        Program.of(
            (x, y) -> {
              Tensor loss = net.loss(x, y);
              optimizer.minimize(loss);
              return loss;
            });
    program.prepare(X, Y);
    assertThat(optimizer.stepCount()).isZero();
    program.run(X, Y);
    program.run(X.slice(0, 0, 3), Y.slice(0, 0, 3));
    program.run(X, Y);
    assertThat(optimizer.stepCount()).isEqualTo(3);
  }

  @Test
  void lossFalls() {
    Net net = new Net();
    Optimizer optimizer = Optimizer.of(RULE.withWeightDecay(0), net.parameters());
    float before = net.loss(X, Y).item();
    for (int i = 0; i < 60; i++) {
      optimizer.minimize(net.loss(X, Y));
    }
    assertThat(net.loss(X, Y).item()).isLessThan(0.3f * before);
  }

  // ---------------------------------------------------------------- groups

  @Test
  void groupsHaveTheirOwnRateAndDecay() {
    float[] start = Runs.normal(9, 21);
    float[][] gradients = Runs.gradients(12, 9, 22);
    Variable plain = Runs.variable("plain", start);
    Variable slow = Runs.variable("slow", start);
    Variable own = Runs.variable("own", start);
    Schedule schedule = Schedule.linear(0.02, 0, 10);
    Optimizer optimizer =
        Optimizer.of(
            RULE,
            List.of(
                ParameterGroup.of(plain),
                ParameterGroup.of(slow).withRateFactor(0.25).withWeightDecay(0),
                ParameterGroup.of(own).withLearningRate(schedule)));
    try (Program program = Runs.program(optimizer)) {
      for (float[] gradient : gradients) {
        Tensor g = Tensor.of(gradient);
        program.runAll(g, g, g);
      }
    }
    assertThat(Runs.content(plain)).isEqualTo(Runs.run(RULE, start, gradients));
    assertThat(Runs.content(slow))
        .isEqualTo(Runs.run(RULE.withLearningRate(0.0025).withWeightDecay(0), start, gradients));
    assertThat(Runs.content(own))
        .isEqualTo(Runs.run(RULE.withLearningRate(schedule), start, gradients));
    assertThat(optimizer.diagnostics())
        .containsEntry("learning_rate.slow", 0.0025)
        .containsEntry("learning_rate.own", 0.0);
  }

  @Test
  void aFlatGroupUpdatesLikeItsParameters() {
    float[] start = Runs.normal(17, 23);
    float[][] gradients = Runs.gradients(8, 17, 24);
    Variable a = Variable.of("a", Tensor.of(start).slice(0, 0, 12).reshape(3, 4));
    Variable b = Variable.of("b", Tensor.of(start).slice(0, 12, 17));
    SequencedMap<String, Variable> both = new LinkedHashMap<>();
    both.put("a", a);
    both.put("b", b);
    Optimizer optimizer = Optimizer.of(RULE, both);
    for (float[] gradient : gradients) {
      Tensor g = Tensor.of(gradient);
      optimizer.step(List.of(g.slice(0, 0, 12).reshape(3, 4), g.slice(0, 12, 17)));
    }
    float[] expected = Runs.run(RULE, start, gradients);
    assertThat(Runs.content(a)).isEqualTo(Arrays.copyOf(expected, 12));
    assertThat(Runs.content(b)).isEqualTo(Arrays.copyOfRange(expected, 12, 17));
  }

  @Test
  void theDecayMaskLeavesOutVectors() {
    List<ParameterGroup> groups = ParameterGroup.withDecayMask(new Net().parameters());
    assertThat(groups.get(0).parameters()).containsOnlyKeys("w1", "w2");
    assertThat(groups.get(0).decay(RULE)).isEqualTo(0.1);
    assertThat(groups.get(1).parameters()).containsOnlyKeys("b1", "b2");
    assertThat(groups.get(1).decay(RULE)).isZero();
    assertThat(ParameterGroup.withDecayMask(Map.of("b", new Net().b1))).hasSize(1);
  }

  @Test
  void aConstraintHoldsAfterEachUpdate() {
    Variable rows = Runs.variable("rows", Shape.of(6, 9), 31);
    ParameterGroup group =
        ParameterGroup.of(rows)
            .withGradientTransform(g -> g.sub(rows.value().mul(g.mul(rows.value()).sumKeep(1))))
            .withConstraint(w -> w.div(w.square().sumKeep(1).sqrt()));
    rows.assign(rows.value().div(rows.value().square().sumKeep(1).sqrt()));
    Optimizer optimizer = Optimizer.of(RULE, List.of(group));
    float[] before = Runs.content(rows);
    try (Program program = Runs.program(optimizer)) {
      for (int i = 0; i < 10; i++) {
        program.runAll(Tensor.of(Shape.of(6, 9), Runs.normal(54, 40 + i)));
        for (float norm : rows.value().square().sum(1).toFloatArray()) {
          assertThat(norm).isCloseTo(1, within(1e-6f));
        }
      }
    }
    assertThat(Runs.content(rows)).isNotEqualTo(before);
  }

  @Test
  void transformsComeBeforeClipping() {
    Variable x = Runs.variable("x", 0, 0);
    ParameterGroup group = ParameterGroup.of(x).withGradientTransform(g -> g.mul(10));
    Optimizer optimizer =
        Optimizer.of(AdamW.defaults(), List.of(group), OptimizerOptions.none().withClipNorm(1));
    optimizer.step(List.of(Tensor.of(0.3f, 0.4f)));
    assertThat(optimizer.diagnostics().get("gradient_norm")).isCloseTo(5, within(1e-6));
  }

  @Test
  void halfPrecisionParametersKeepMomentsInSinglePrecision() {
    float[] start = Runs.normal(16, 51);
    float[][] gradients = Runs.gradients(1, 16, 52);
    Variable x = Variable.of("x", Tensor.of(start).cast(DType.BF16));
    float[] rounded = Runs.content(x);
    Optimizer.of(RULE, Map.of("x", x)).step(List.of(Tensor.of(gradients[0])));
    float[] expected = Runs.run(RULE, rounded, gradients);
    assertThat(Runs.content(x)).isEqualTo(Tensor.of(expected).cast(DType.BF16).toFloatArray());
  }

  // ---------------------------------------------------------------- clipping

  @Test
  void gradientsAreClippedByTheirNormOverAllGroups() {
    Variable a = Runs.variable("a", 1, 2);
    Variable b = Runs.variable("b", 3);
    Variable c = Runs.variable("c", 1, 2);
    Variable d = Runs.variable("d", 3);
    Optimizer clipped =
        Optimizer.of(
            RULE,
            List.of(ParameterGroup.of(a), ParameterGroup.of(b)),
            OptimizerOptions.none().withClipNorm(2.5));
    Optimizer free = Optimizer.of(RULE, List.of(ParameterGroup.of(c), ParameterGroup.of(d)));
    clipped.step(List.of(Tensor.of(3, 0), Tensor.of(4)));
    free.step(List.of(Tensor.of(1.5f, 0), Tensor.of(2)));
    assertThat(clipped.diagnostics()).containsEntry("gradient_norm", 5.0);
    clipped.step(List.of(Tensor.of(0.3f, 0.1f), Tensor.of(0)));
    free.step(List.of(Tensor.of(0.3f, 0.1f), Tensor.of(0)));
    assertThat(Runs.content(a)).isEqualTo(Runs.content(c));
    assertThat(Runs.content(b)).isEqualTo(Runs.content(d));
    clipped.step(List.of(Tensor.of(0, 0), Tensor.of(0)));
    assertThat(Runs.content(a)).doesNotContain(Float.NaN);
  }

  @Test
  void elementsAreClippedByValueBeforeTheNorm() {
    Variable a = Runs.variable("a", 1, 2);
    Variable b = Runs.variable("b", 3);
    Sgd rule = Sgd.defaults().withLearningRate(1);
    Optimizer optimizer =
        Optimizer.of(
            rule,
            List.of(ParameterGroup.of(a), ParameterGroup.of(b)),
            OptimizerOptions.none().withClipValue(4).withClipNorm(2.5));
    optimizer.step(List.of(Tensor.of(3, 0), Tensor.of(-100)));
    assertThat(optimizer.diagnostics()).containsEntry("gradient_norm", 5.0);
    assertThat(Runs.content(a)).containsExactly(-0.5f, 2);
    assertThat(Runs.content(b)).containsExactly(5);
    Variable c = Runs.variable("c", 0, 0, 0);
    Optimizer byValue =
        Optimizer.of(
            rule, List.of(ParameterGroup.of(c)), OptimizerOptions.none().withClipValue(0.5));
    byValue.step(List.of(Tensor.of(0.25f, -7, Float.POSITIVE_INFINITY)));
    assertThat(Runs.content(c)).containsExactly(-0.25f, 0.5f, -0.5f);
    assertThat(byValue.diagnostics()).doesNotContainKey("gradient_norm");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OptimizerOptions.none().withClipValue(0))
        .withMessage("clipValue must be finite and positive, got 0.0");
  }

  @Test
  void theUpdateNormIsTheLengthOfTheChange() {
    Variable x = Runs.variable("x", 1, -2, 3);
    Optimizer optimizer =
        Optimizer.of(RULE, List.of(ParameterGroup.of(x)), OptimizerOptions.none().withNorms());
    float[] before = Runs.content(x);
    optimizer.step(List.of(Tensor.of(0.3f, 0.1f, -5)));
    float[] after = Runs.content(x);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += Math.pow(before[i] - after[i], 2);
    }
    assertThat(optimizer.diagnostics().get("update_norm")).isCloseTo(Math.sqrt(sum), within(1e-7));
  }

  // ---------------------------------------------------------------- misuse

  @Test
  void misuseIsRefused() {
    Net net = new Net();
    Optimizer optimizer = Optimizer.of(RULE, Map.of("b1", net.b1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(List.of()))
        .withMessage("step: 0 gradients for 1 parameters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(List.of(Tensor.zeros(Shape.of(8)))))
        .withMessage("step: the gradient of 'b1' [7] is F32[8]");
    assertThat(optimizer.stepCount()).isZero();
    assertThat(optimizer.diagnostics()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.of(RULE, List.of()))
        .withMessageContaining("at least one group");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Optimizer.of(RULE, List.of(ParameterGroup.of(net.w1), ParameterGroup.of(net.w1))))
        .withMessageContaining("'w1' is given to the optimizer twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterGroup.of("all", net.parameters()).withConstraint(w -> w))
        .withMessageContaining("needs a group of one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterGroup.of(Variable.zeros("i", Shape.of(2), DType.I32)))
        .withMessageContaining("not of a floating-point type");
    optimizer.close();
    optimizer.close();
    assertThatThrownBy(() -> optimizer.step(List.of(net.b1.value())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("optimizer of [b1]", "closed");
  }
}
