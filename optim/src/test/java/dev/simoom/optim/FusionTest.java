package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A traced update is one loop over each group, as {@link Program#explain} tells. */
final class FusionTest {
  private static final Tensor GRADIENT = Tensor.zeros(Shape.of(300, 100));

  static List<UpdateRule> rules() {
    return List.of(
        AdEMAMix.defaults().withRamps(9).withWeightDecay(0.1),
        AdEMAMix.defaults().withBetas(0, 0.999, 0.9999),
        AdamW.defaults(),
        Adam.defaults().withWeightDecay(0.1),
        Sgd.defaults(),
        Sgd.defaults().withMomentum(0.9),
        Sgd.defaults().withNesterov(0.9).withWeightDecay(0.1),
        Lion.defaults().withWeightDecay(0.1),
        SimplifiedAdEMAMix.defaults().withAlpha(3).withRamp(0.9, 9));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void anUpdateIsOneKernel(UpdateRule rule) {
    OptimizerOptions options =
        OptimizerOptions.none().withClipValue(1).withAverage(WeightAverage.plain(0.9));
    try (Program program = Runs.program(optimizer(rule, options))) {
      program.prepare(GRADIENT);
      checkOneKernel(program);
    }
  }

  @Test
  void accumulatingIsOneKernelAndSoIsTheUpdateByTheMean() {
    Optimizer optimizer =
        optimizer(AdEMAMix.defaults(), OptimizerOptions.none().withAccumulation());
    try (Program add = Runs.accumulating(optimizer);
        Program update = Runs.updating(optimizer)) {
      add.prepare(GRADIENT);
      update.prepare();
      checkOneKernel(add);
      checkOneKernel(update);
    }
  }

  @Test
  void clippingByNormAddsOneReadingOfTheGradients() {
    OptimizerOptions options = OptimizerOptions.none().withClipNorm(1);
    try (Program program = Runs.program(optimizer(AdEMAMix.defaults(), options))) {
      program.prepare(GRADIENT);
      assertThat(count("loop\\S* 30000 \\(", program.explain())).isEqualTo(2);
      assertThat(program.explain()).doesNotContain("copy");
    }
  }

  private static Optimizer optimizer(UpdateRule rule, OptimizerOptions options) {
    Variable parameter = Runs.variable("x", GRADIENT.shape(), 1);
    return Optimizer.of(rule, List.of(ParameterGroup.of(parameter)), options);
  }

  private static void checkOneKernel(Program program) {
    assertThat(program.explain()).contains(" 1 kernels: ").contains("loop 30000 (");
  }

  @Test
  void gradientsAreWrittenWhereTheUpdateReadsThem() {
    checkTwoLayers(Optimizer::minimize);
  }

  @Test
  void gradientsAreWrittenWhereTheSumReadsThem() {
    checkTwoLayers(Optimizer::accumulate);
  }

  private static void checkTwoLayers(BiConsumer<Optimizer, Tensor> use) {
    Variable first = Runs.variable("first", Shape.of(40, 300), 1);
    Variable second = Runs.variable("second", Shape.of(300, 60), 2);
    SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
    parameters.put("first", first);
    parameters.put("second", second);
    OptimizerOptions options = OptimizerOptions.none().withAccumulation();
    Optimizer optimizer =
        Optimizer.of(AdEMAMix.defaults(), List.of(ParameterGroup.of("both", parameters)), options);
    try (Program program =
        Program.of(
            (x, y) -> {
              Tensor hidden = x.matmul(first.value()).relu();
              Tensor loss = hidden.matmul(second.value()).sub(y).square().mean();
              use.accept(optimizer, loss);
              return loss;
            })) {
      program.prepare(Tensor.zeros(Shape.of(8, 40)), Tensor.zeros(Shape.of(8, 60)));
      assertThat(count("loop\\S* 30000 \\(", program.explain())).isEqualTo(1);
      assertThat(program.explain()).doesNotContain("copy");
    }
  }

  @Test
  void aSingleMatrixIsUpdatedInPlaceBehindTheProductThatIsItsGradient() {
    Variable weight = Runs.variable("weight", Shape.of(100, 300), 1);
    Optimizer optimizer = Optimizer.of(AdEMAMix.defaults(), Map.of("weight", weight));
    try (Program program =
        Program.of(
            (x, y) -> {
              Tensor loss = x.matmul(weight.value()).sub(y).square().mean();
              optimizer.minimize(loss);
              return loss;
            })) {
      program.prepare(Tensor.zeros(Shape.of(8, 100)), Tensor.zeros(Shape.of(8, 300)));
      assertThat(program.explain()).contains("loop 30000 (").doesNotContain("copy");
    }
  }

  @Test
  void aRowConstraintStaysInTheUpdate() {
    Variable rows = Runs.variable("rows", Shape.of(50, 80), 1);
    ParameterGroup group =
        ParameterGroup.of(rows)
            .withGradientTransform(g -> g.sub(rows.value().mul(g.mul(rows.value()).sumKeep(1))))
            .withConstraint(w -> w.div(w.square().sumKeep(1).sqrt()));
    Optimizer optimizer = Optimizer.of(AdEMAMix.defaults(), List.of(group));
    try (Program program = Runs.program(optimizer)) {
      program.prepare(Tensor.zeros(rows.shape()));
      assertThat(program.explain()).contains(" 1 kernels: ").contains("loop-rows 50x80 (");
    }
  }

  @Test
  void rulesAreTracedOnceForAllSteps() {
    Variable x = Runs.variable("x", Shape.of(16), 1);
    Optimizer optimizer = Optimizer.of(AdEMAMix.defaults().withRamps(3), Map.of("x", x));
    try (Program program = Runs.program(optimizer)) {
      program.runAll(Tensor.zeros(x.shape()));
      String once = program.explain();
      program.runAll(Tensor.zeros(x.shape()));
      assertThat(program.explain()).isEqualTo(once);
      assertThat(optimizer.stepCount()).isEqualTo(2);
    }
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }
}
