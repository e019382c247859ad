package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import dev.simoom.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates by the mean of the gradients of several micro-batches. */
final class AccumulationTest {
  private static final AdamW RULE = AdamW.defaults().withLearningRate(0.01);
  private static final OptimizerOptions OPTIONS = OptimizerOptions.none().withAccumulation();
  private static final int COUNT = 11;
  private static final float[] START = Runs.normal(COUNT, 1);
  private static final float[][] GRADIENTS = Runs.gradients(12, COUNT, 2);

  @TempDir Path folder;

  private final Variable parameter = Runs.variable("x", START);
  private final Optimizer optimizer = optimizer(parameter);

  private static Optimizer optimizer(Variable parameter) {
    return Optimizer.of(RULE, List.of(ParameterGroup.of(parameter)), OPTIONS);
  }

  /** The means of so many gradients in turn, in float. */
  private static float[][] means(int batches) {
    float[][] means = new float[GRADIENTS.length / batches][COUNT];
    for (int t = 0; t < means.length * batches; t++) {
      for (int i = 0; i < COUNT; i++) {
        means[t / batches][i] += GRADIENTS[t][i];
      }
    }
    for (float[] mean : means) {
      for (int i = 0; i < COUNT; i++) {
        mean[i] *= 1f / batches;
      }
    }
    return means;
  }

  @Test
  void anUpdateIsByTheMeanOfItsMicroBatches() {
    try (Program add = Runs.accumulating(optimizer);
        Program update = Runs.updating(optimizer)) {
      for (int t = 0; t < GRADIENTS.length; t++) {
        add.runAll(Tensor.of(GRADIENTS[t]));
        assertThat(optimizer.microBatches()).isEqualTo(t % 3 + 1);
        if (t % 3 == 2) {
          update.runAll();
        }
      }
    }
    assertThat(optimizer.stepCount()).isEqualTo(4);
    assertThat(Runs.content(parameter)).isEqualTo(Runs.run(RULE, START, means(3)));
  }

  @Test
  void eagerCodeDoesTheSameAndTheNumberMayChange() {
    for (int t = 0; t < 4; t++) {
      optimizer.accumulate(List.of(Tensor.of(GRADIENTS[t])));
    }
    optimizer.step();
    optimizer.accumulate(List.of(Tensor.of(GRADIENTS[4])));
    optimizer.step();
    optimizer.step(List.of(Tensor.of(GRADIENTS[5])));
    float[][] expected = {means(4)[0], GRADIENTS[4], GRADIENTS[5]};
    assertThat(Runs.content(parameter)).isEqualTo(Runs.run(RULE, START, expected));
  }

  @Test
  void aProgramMayHoldAllOfIt() {
    try (Program program =
        Program.ofMany(
            gradients -> {
              gradients.forEach(g -> optimizer.accumulate(List.of(g)));
              optimizer.step();
              return List.of();
            })) {
      for (int t = 0; t < GRADIENTS.length; t += 2) {
        program.runAll(Tensor.of(GRADIENTS[t]), Tensor.of(GRADIENTS[t + 1]));
      }
    }
    assertThat(Runs.content(parameter)).isEqualTo(Runs.run(RULE, START, means(2)));
  }

  @Test
  void transformsSeeTheMean() {
    Variable x = Runs.variable("x", 0, 0);
    ParameterGroup group = ParameterGroup.of(x).withGradientTransform(Tensor::square);
    Optimizer squaring = Optimizer.of(Sgd.defaults().withLearningRate(1), List.of(group), OPTIONS);
    squaring.accumulate(List.of(Tensor.of(1, -2)));
    squaring.accumulate(List.of(Tensor.of(3, 4)));
    squaring.step();
    assertThat(Runs.content(x)).containsExactly(-4, -1);
  }

  @Test
  void halvesOfABatchUpdateLikeTheWhole() {
    SequencedMap<String, Variable> halves = new LinkedHashMap<>();
    halves.put("weight", Runs.variable("weight", Shape.of(3, 2), 5));
    halves.put("bias", Runs.variable("bias", Shape.of(2), 6));
    SequencedMap<String, Variable> whole = new LinkedHashMap<>();
    whole.put("weight", Runs.variable("weight", Shape.of(3, 2), 5));
    whole.put("bias", Runs.variable("bias", Shape.of(2), 6));
    OptimizerOptions clipped = OPTIONS.withClipNorm(0.5);
    Optimizer byHalves = Optimizer.of(RULE, ParameterGroup.withDecayMask(halves), clipped);
    Optimizer atOnce = Optimizer.of(RULE, ParameterGroup.withDecayMask(whole), clipped);
    Tensor x = Tensor.of(Shape.of(4, 3), Runs.normal(12, 7));
    for (int i = 0; i < 5; i++) {
      byHalves.accumulate(loss(halves, x.slice(0, 0, 2)));
      byHalves.accumulate(loss(halves, x.slice(0, 2, 4)));
      byHalves.step();
      atOnce.minimize(loss(whole, x));
    }
    for (String name : List.of("weight", "bias")) {
      float[] expected = Runs.content(whole.get(name));
      assertThat(Runs.content(halves.get(name))).containsExactly(expected, within(1e-6f));
    }
    assertThat(byHalves.diagnostics().get("gradient_norm")).isGreaterThan(0.5);
  }

  private static Tensor loss(Map<String, Variable> net, Tensor x) {
    return x.matmul(net.get("weight").value()).add(net.get("bias").value()).square().mean();
  }

  @Test
  void aSpoiltMicroBatchDoesNotStayInTheSum() throws IOException {
    Path file = saved(optimizer);
    optimizer.accumulate(List.of(Tensor.full(Shape.of(COUNT), Double.NaN)));
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      optimizer.load(state, "optimizer.");
    }
    assertThat(optimizer.microBatches()).isZero();
    optimizer.accumulate(List.of(Tensor.of(GRADIENTS[0])));
    optimizer.step();
    float[][] expected = {GRADIENTS[0]};
    assertThat(Runs.content(parameter)).isEqualTo(Runs.run(RULE, START, expected));
  }

  private Path saved(Optimizer from) throws IOException {
    Path file = folder.resolve("state.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    from.save(writer, "optimizer.");
    writer.write(file);
    return file;
  }

  @Test
  void aResumedRunGivesTheSameBits() throws IOException {
    accumulate(optimizer, 0);
    Path file = saved(optimizer);
    Variable resumed = Runs.variable("x", Runs.content(parameter));
    accumulate(optimizer, 4);
    Optimizer second = optimizer(resumed);
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      second.load(state, "optimizer.");
    }
    accumulate(second, 4);
    assertThat(Runs.content(resumed)).isEqualTo(Runs.content(parameter));
  }

  /** One update by four micro-batches. */
  private static void accumulate(Optimizer optimizer, int from) {
    for (int t = from; t < from + 4; t++) {
      optimizer.accumulate(List.of(Tensor.of(GRADIENTS[t])));
    }
    optimizer.step();
  }

  @Test
  void nothingAccumulatedIsLostUnseen() {
    Tensor gradient = Tensor.of(GRADIENTS[0]);
    assertThatIllegalStateException()
        .isThrownBy(optimizer::step)
        .withMessage("step: no gradients are accumulated");
    optimizer.accumulate(List.of(gradient));
    optimizer.accumulate(List.of(gradient));
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.save(new SafetensorsWriter(), ""))
        .withMessage(
            "save: the gradients of 2 micro-batches are accumulated and would be lost; save after"
                + " their update");
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.step(List.of(gradient)))
        .withMessageContaining("step() updates by their mean");
    try (Program program = Runs.program(optimizer)) {
      assertThatIllegalStateException().isThrownBy(() -> program.runAll(gradient));
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.switchTo(Lion.defaults()))
        .withMessageContaining("switch after their update");
    assertThat(optimizer.stepCount()).isZero();
    assertThat(Runs.content(parameter)).isEqualTo(START);
    optimizer.step();
    assertThat(optimizer.stepCount()).isEqualTo(1);
  }

  @Test
  void withoutTheOptionItIsRefused() {
    Optimizer plain = Optimizer.of(RULE, Map.of("x", parameter));
    assertThatIllegalStateException()
        .isThrownBy(() -> plain.accumulate(List.of(Tensor.of(GRADIENTS[0]))))
        .withMessage(
            "accumulate: this optimizer accumulates no gradients;"
                + " OptimizerOptions.withAccumulation does");
    assertThatIllegalStateException()
        .isThrownBy(plain::step)
        .withMessageContaining("step: this optimizer accumulates no gradients");
  }
}
