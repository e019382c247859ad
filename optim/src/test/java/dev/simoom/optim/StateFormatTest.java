package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.Backend;
import dev.simoom.tensor.Engine;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
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

/** What holds of all formats of moments: resuming, sizes, kernels. */
final class StateFormatTest {
  private static final AdEMAMix RULE =
      AdEMAMix.defaults().withLearningRate(0.01).withRamps(9).withWeightDecay(0.1);
  private static final int LARGE = 5000;
  private static final int SMALL = 300;

  @TempDir Path folder;

  static List<StateFormat> formats() {
    return List.of(
        StateFormat.f32(),
        StateFormat.bf16(3),
        StateFormat.slowBf16(3),
        StateFormat.blockwise8Bit());
  }

  private static SequencedMap<String, Variable> parameters() {
    SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
    parameters.put("small", Runs.variable("small", Shape.of(SMALL), 1));
    parameters.put("large", Runs.variable("large", Shape.of(50, 100), 2));
    parameters.put("second", Runs.variable("second", Shape.of(4097), 3));
    return parameters;
  }

  private static Optimizer optimizer(
      UpdateRule rule, SequencedMap<String, Variable> parameters, StateFormat format) {
    OptimizerOptions options =
        OptimizerOptions.none().withAverage(WeightAverage.debiased(0.9)).withState(format);
    return Optimizer.of(rule, List.of(ParameterGroup.of("all", parameters)), options);
  }

  private static Optimizer train(Optimizer optimizer, int from, int to) {
    try (Program program = Runs.program(optimizer)) {
      for (int t = from; t < to; t++) {
        int step = t;
        Tensor[] gradients =
            optimizer.parameters().values().stream()
                .map(p -> Tensor.of(p.shape(), Runs.normal(p.shape().elements(), 100 + step)))
                .toArray(Tensor[]::new);
        program.runAll(gradients);
      }
    }
    return optimizer;
  }

  private Path save(Optimizer optimizer, SequencedMap<String, Variable> parameters)
      throws IOException {
    Path file = folder.resolve("state.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    optimizer.save(writer, "o.");
    parameters.forEach((name, p) -> writer.add(name, p.dtype(), p.shape(), p.segment()));
    writer.write(file);
    return file;
  }

  private static Optimizer resume(
      Path file, SequencedMap<String, Variable> parameters, UpdateRule rule, StateFormat format)
      throws IOException {
    Optimizer optimizer = optimizer(rule, parameters, format);
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      for (var entry : parameters.entrySet()) {
        Variable p = entry.getValue();
        state.read(state.entry(entry.getKey()), p.dtype(), 0, p.segment(), p.shape().elements());
        p.written();
      }
      optimizer.load(state, "o.");
    }
    return optimizer;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aResumedRunGivesTheSameBits(StateFormat format) throws IOException {
    SequencedMap<String, Variable> straight = parameters();
    Optimizer whole = optimizer(RULE, straight, format);
    train(whole, 0, 3);
    Path file = save(whole, straight);
    train(whole, 3, 6);
    SequencedMap<String, Variable> resumed = parameters();
    Optimizer second = resume(file, resumed, RULE, format);
    assertThat(second.stepCount()).isEqualTo(3);
    train(second, 3, 6);
    straight.forEach(
        (name, p) -> {
          assertThat(Runs.content(resumed.get(name))).isEqualTo(Runs.content(p));
          assertThat(second.averages().get(name).toFloatArray())
              .isEqualTo(whole.averages().get(name).toFloatArray());
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void anyNumberOfThreadsAndEagerCodeGiveTheSameBits(StateFormat format) {
    SequencedMap<String, Variable> traced = parameters();
    Engine.with(Backend.simd(2), () -> train(optimizer(RULE, traced, format), 0, 3).stepCount());
    SequencedMap<String, Variable> eager = parameters();
    Optimizer optimizer = optimizer(RULE, eager, format);
    Engine.with(
        Backend.simd(1),
        () -> {
          for (int t = 0; t < 3; t++) {
            int step = t;
            optimizer.step(
                optimizer.parameters().values().stream()
                    .map(p -> Tensor.of(p.shape(), Runs.normal(p.shape().elements(), 100 + step)))
                    .toList());
          }
          return optimizer.stepCount();
        });
    traced.forEach(
        (name, p) -> assertThat(Runs.content(eager.get(name))).isEqualTo(Runs.content(p)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aSwitchedRunResumesWithTheSameBits(StateFormat format) throws IOException {
    SequencedMap<String, Variable> straight = parameters();
    Optimizer adamW = optimizer(AdamW.defaults(), straight, format);
    train(adamW, 0, 1);
    Optimizer mixed = train(adamW.switchTo(RULE), 1, 2);
    Path file = save(mixed, straight);
    train(mixed, 2, 4);
    SequencedMap<String, Variable> resumed = parameters();
    train(resume(file, resumed, RULE, format), 2, 4);
    straight.forEach(
        (name, p) -> assertThat(Runs.content(resumed.get(name))).isEqualTo(Runs.content(p)));
  }

  @Test
  void stateOfAnotherFormatIsRefusedAndNothingChanged() throws IOException {
    SequencedMap<String, Variable> parameters = parameters();
    Optimizer first = optimizer(RULE, parameters, StateFormat.f32());
    train(first, 0, 1);
    Path file = save(first, parameters);
    Optimizer bytes = optimizer(RULE, parameters(), StateFormat.blockwise8Bit());
    Optimizer halves = optimizer(RULE, parameters(), StateFormat.bf16(1));
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> bytes.load(state, "o."))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("'o.large.m1' is F32[50, 100], the optimizer needs I32[5, 256]")
          .hasMessageContaining("StateFormat");
      assertThatThrownBy(() -> halves.load(state, "o."))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is F32[300], the optimizer needs BF16[300]");
    }
    assertThat(bytes.stepCount()).isZero();
    assertThat(halves.stepCount()).isZero();
  }

  @Test
  void stateTakesWhatTheFormatSays() {
    long elements = LARGE + SMALL + 4097;
    SequencedMap<String, Variable> parameters = parameters();
    assertThat(bytes(parameters, StateFormat.f32())).isEqualTo(12 * elements);
    assertThat(bytes(parameters, StateFormat.bf16(1))).isEqualTo(6 * elements);
    assertThat(bytes(parameters, StateFormat.slowBf16(1))).isEqualTo(10 * elements);
    // Both large ones take five times four blocks, for each moment and block 256 bytes and a scale.
    long blocks = 2 * 5 * 4;
    assertThat(bytes(parameters, StateFormat.blockwise8Bit()))
        .isEqualTo(3 * blocks * (256 + 4) + 12 * SMALL);
  }

  private static long bytes(SequencedMap<String, Variable> parameters, StateFormat format) {
    OptimizerOptions options = OptimizerOptions.none().withState(format);
    List<ParameterGroup> groups = List.of(ParameterGroup.of("all", parameters));
    try (Optimizer optimizer = Optimizer.of(RULE, groups, options)) {
      return optimizer.stateBytes();
    }
  }

  @Test
  void anUpdateIsOneLoop() {
    assertThat(explain(StateFormat.bf16(1))).contains(" 2 kernels: ").doesNotContain("copy");
    assertThat(explain(StateFormat.slowBf16(1))).contains(" 2 kernels: ").doesNotContain("copy");
    String blocks = explain(StateFormat.blockwise8Bit());
    assertThat(blocks).contains("loop-rows-columns 40x4x256").contains("to variable 'x', in place");
    assertThat(blocks.lines().filter(l -> l.contains("loop")).count()).as(blocks).isEqualTo(1);
  }

  private static String explain(StateFormat format) {
    Variable parameter = Runs.variable("x", Shape.of(40, 1024), 1);
    OptimizerOptions options = OptimizerOptions.none().withState(format);
    Optimizer optimizer = Optimizer.of(RULE, List.of(ParameterGroup.of(parameter)), options);
    try (Program program = Runs.program(optimizer)) {
      program.prepare(Tensor.zeros(parameter.shape()));
      return program.explain();
    }
  }

  static List<UpdateRule> rules() {
    return OptimizerStateTest.rules();
  }

  /** Every rule, in every format, stays near what it does in single precision. */
  @ParameterizedTest
  @MethodSource("rules")
  void everyRuleWorksInEveryFormat(UpdateRule rule) {
    SequencedMap<String, Variable> exact = parameters();
    train(optimizer(rule, exact, StateFormat.f32()), 0, 5);
    for (StateFormat format : formats()) {
      SequencedMap<String, Variable> parameters = parameters();
      float[] start = Runs.content(parameters.get("large"));
      train(optimizer(rule, parameters, format), 0, 5);
      float[] want = Runs.content(exact.get("large"));
      float[] got = Runs.content(parameters.get("large"));
      double moved = distance(want, start);
      assertThat(distance(want, got) / moved).as("%s", format).isLessThan(0.2);
      assertThat(moved).isGreaterThan(0);
    }
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(squares);
  }

  @Test
  void anotherSeedGivesOtherBits() {
    SequencedMap<String, Variable> first = parameters();
    SequencedMap<String, Variable> second = parameters();
    train(optimizer(RULE, first, StateFormat.bf16(1)), 0, 3);
    train(optimizer(RULE, second, StateFormat.bf16(2)), 0, 3);
    assertThat(Arrays.equals(Runs.content(first.get("large")), Runs.content(second.get("large"))))
        .isFalse();
  }
}
