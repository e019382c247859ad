package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsException;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Saving, resuming, and changing over from AdamW. */
final class OptimizerStateTest {
  private static final int COUNT = 23;
  private static final float[] START = Runs.normal(COUNT, 1);
  private static final float[][] GRADIENTS = Runs.gradients(40, COUNT, 2);
  private static final AdEMAMix RULE =
      AdEMAMix.defaults()
          .withLearningRate(Schedule.warmup(5, Schedule.cosine(0.02, 0.001, 60)))
          .withRamps(30)
          .withWeightDecay(0.1);
  private static final AdamW ADAM_W = AdamW.defaults().withLearningRate(0.01).withWeightDecay(0.1);

  @TempDir Path folder;

  private static SequencedMap<String, Variable> parameters(float[] content) {
    SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
    parameters.put("a", Variable.of("a", Tensor.of(content).slice(0, 0, 15).reshape(3, 5)));
    parameters.put("b", Variable.of("b", Tensor.of(content).slice(0, 15, COUNT)));
    return parameters;
  }

  private static Optimizer optimizer(
      UpdateRule rule, SequencedMap<String, Variable> parameters, boolean masked) {
    List<ParameterGroup> groups =
        masked
            ? ParameterGroup.withDecayMask(parameters).stream()
                .map(g -> g.withWeightDecay(rule.weightDecay()))
                .toList()
            : List.of(ParameterGroup.of("all", parameters));
    OptimizerOptions options = OptimizerOptions.none().withAverage(WeightAverage.debiased(0.9));
    return Optimizer.of(rule, groups, options);
  }

  private static void train(Optimizer optimizer, int from, int to) {
    try (Program program = Runs.program(optimizer)) {
      for (float[] gradient : Arrays.copyOfRange(GRADIENTS, from, to)) {
        Tensor g = Tensor.of(gradient);
        program.runAll(g.slice(0, 0, 15).reshape(3, 5), g.slice(0, 15, COUNT));
      }
    }
  }

  private static float[] content(SequencedMap<String, Variable> parameters) {
    float[] all = new float[COUNT];
    System.arraycopy(Runs.content(parameters.get("a")), 0, all, 0, 15);
    System.arraycopy(Runs.content(parameters.get("b")), 0, all, 15, COUNT - 15);
    return all;
  }

  private Path save(Optimizer optimizer) throws IOException {
    Path file = folder.resolve("state.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    optimizer.save(writer, "optimizer.");
    writer.write(file);
    return file;
  }

  static List<UpdateRule> rules() {
    return List.of(
        RULE,
        ADAM_W,
        Adam.defaults().withLearningRate(0.01).withWeightDecay(0.1),
        Sgd.defaults().withWeightDecay(0.1),
        Sgd.defaults().withNesterov(0.9).withWeightDecay(0.1),
        Lion.defaults().withWeightDecay(0.1),
        SimplifiedAdEMAMix.defaults().withAlpha(3).withRamp(0.9, 30).withWeightDecay(0.1));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aResumedRunGivesTheSameBits(UpdateRule rule) throws IOException {
    resume(rule, false);
    resume(rule, true);
  }

  private void resume(UpdateRule rule, boolean regrouped) throws IOException {
    SequencedMap<String, Variable> straight = parameters(START);
    Optimizer whole = optimizer(rule, straight, false);
    train(whole, 0, 17);
    Path file = save(whole);
    float[] middle = content(straight);
    train(whole, 17, 40);

    SequencedMap<String, Variable> resumed = parameters(middle);
    Optimizer second = optimizer(rule, resumed, regrouped);
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      second.load(state, "optimizer.");
    }
    assertThat(second.stepCount()).isEqualTo(17);
    train(second, 17, 40);
    assertThat(content(resumed)).isEqualTo(content(straight));
    assertThat(second.averages().get("b").toFloatArray())
        .isEqualTo(whole.averages().get("b").toFloatArray());
    assertThat(content(resumed)).isNotEqualTo(middle);
  }

  @Test
  void stateIsSavedByNameWithoutWhatIsNotKept() throws IOException {
    Optimizer optimizer = Optimizer.of(RULE.withBetas(0, 0.999, 0.9999), parameters(START));
    train(optimizer, 0, 2);
    try (SafetensorsFile state = SafetensorsFile.open(save(optimizer))) {
      assertThat(state.names())
          .containsExactlyInAnyOrder(
              "optimizer.a.m2",
              "optimizer.a.nu",
              "optimizer.b.m2",
              "optimizer.b.nu",
              "optimizer.step",
              "optimizer.ramp_start",
              "optimizer.averaged_steps");
    }
  }

  @Test
  void stateThatDoesNotFitIsRefusedAndNothingChanged() throws IOException {
    SequencedMap<String, Variable> parameters = parameters(START);
    Path file = save(Optimizer.of(ADAM_W, parameters));
    Optimizer other = Optimizer.of(RULE, parameters(START));
    train(other, 0, 3);
    Variable wrong = Runs.variable("a", 1, 2);
    Optimizer smaller = Optimizer.of(ADAM_W, List.of(ParameterGroup.of(wrong)));
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> other.load(state, "optimizer."))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("a.m2");
      assertThatThrownBy(() -> smaller.load(state, "optimizer."))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("'optimizer.a.m1' is F32[3, 5], the optimizer needs F32[2]");
      assertThatThrownBy(() -> other.load(state, "other.")).isInstanceOf(IOException.class);
    }
    assertThat(other.stepCount()).isEqualTo(3);
  }

  // ---------------------------------------------------------------- from AdamW

  @Test
  void ademamixTakesOverTheMomentsAndStepOfAdamW() {
    SequencedMap<String, Variable> parameters = parameters(START);
    Optimizer adamW = optimizer(ADAM_W, parameters, false);
    train(adamW, 0, 20);
    AdEMAMix rule = RULE.withLearningRate(0.01).withRamps(10);
    Optimizer mixed = adamW.switchTo(rule);
    train(mixed, 20, 40);
    double[] expected = switched(rule);
    float[] actual = content(parameters);
    for (int i = 0; i < COUNT; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-6 * 3));
    }
    assertThat(mixed.stepCount()).isEqualTo(40);
    assertThat(mixed.rampStep()).isEqualTo(20);
    assertThatThrownBy(() -> adamW.step(List.of())).isInstanceOf(IllegalStateException.class);
  }

  /** The same in double: 20 steps without, then 20 with the slow average, ramps starting there. */
  private static double[] switched(AdEMAMix rule) {
    double[] theta = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      theta[i] = START[i];
      double m1 = 0;
      double m2 = 0;
      double nu = 0;
      for (int t = 1; t <= 40; t++) {
        double g = GRADIENTS[t - 1][i];
        m1 = 0.9 * m1 + 0.1 * g;
        nu = 0.999 * nu + 0.001 * g * g;
        double slow = 0;
        if (t > 20) {
          double beta3 = AdEMAMix.beta3At(t - 20, 10, 0.9, 0.9999);
          m2 = beta3 * m2 + (1 - beta3) * g;
          slow = Math.min(rule.alpha() * (t - 20) / 10, rule.alpha()) * m2;
        }
        double root = Math.sqrt(nu / (1 - Math.pow(0.999, t))) + 1e-8;
        double fast = m1 / (1 - Math.pow(0.9, t));
        theta[i] -= 0.01 * ((fast + slow) / root + 0.1 * theta[i]);
      }
    }
    return theta;
  }

  @Test
  void aSwitchedRunResumesWithItsRampCounter() throws IOException {
    SequencedMap<String, Variable> straight = parameters(START);
    Optimizer adamW = optimizer(ADAM_W, straight, false);
    train(adamW, 0, 10);
    Optimizer mixed = adamW.switchTo(RULE);
    train(mixed, 10, 20);
    Path file = save(mixed);
    SequencedMap<String, Variable> resumed = parameters(content(straight));
    train(mixed, 20, 40);
    Optimizer second = optimizer(RULE, resumed, true);
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      second.load(state, "optimizer.");
    }
    assertThat(second.rampStep()).isEqualTo(10);
    train(second, 20, 40);
    assertThat(content(resumed)).isEqualTo(content(straight));
  }

  @Test
  void aRuleDropsWhatItDoesNotKeep() throws IOException {
    Optimizer mixed = Optimizer.of(RULE, parameters(START));
    train(mixed, 0, 5);
    Optimizer adamW = mixed.switchTo(ADAM_W);
    train(adamW, 5, 6);
    try (SafetensorsFile state = SafetensorsFile.open(save(adamW))) {
      assertThat(state.contains("optimizer.a.m1")).isTrue();
      assertThat(state.contains("optimizer.a.m2")).isFalse();
    }
  }

  @Test
  void aRuleThatDividesByARootNeedsOneToGoOnWith() {
    Optimizer lion = Optimizer.of(Lion.defaults(), parameters(START));
    lion.switchTo(ADAM_W).close();
    Optimizer later = Optimizer.of(Lion.defaults(), parameters(START));
    train(later, 0, 5);
    assertThatThrownBy(() -> later.switchTo(ADAM_W))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("switchTo: AdamW needs the second moment, which Lion has not kept in 5 steps");
    train(later, 5, 6);
    Optimizer sgd = later.switchTo(Sgd.defaults().withMomentum(0.9));
    assertThat(sgd.stepCount()).isEqualTo(6);
  }
}
