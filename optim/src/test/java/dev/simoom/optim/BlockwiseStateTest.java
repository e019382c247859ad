package dev.simoom.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State in blocks of bytes, against arrays that are read by the definition of the format. */
final class BlockwiseStateTest {
  private static final int BLOCK = 256;
  private static final double RATE = 0.01;
  private static final AdamW RULE = AdamW.defaults().withLearningRate(RATE).withWeightDecay(0.1);
  private static final OptimizerOptions OPTIONS =
      OptimizerOptions.none().withState(StateFormat.blockwise8Bit());

  /** The positive numbers of a map, by its definition, in rising order; the last is 1. */
  private static List<Double> positive(boolean signed) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i <= 6; i++) {
      int intervals = 1 << (signed ? i : i + 1);
      for (int j = 0; j < intervals; j++) {
        numbers.add((0.1 + 0.9 * (j + 0.5) / intervals) * Math.pow(10, i - 6));
      }
    }
    Collections.sort(numbers);
    numbers.add(1.0);
    return numbers;
  }

  private static final List<Double> SIGNED = positive(true);
  private static final List<Double> UNSIGNED = positive(false);

  /** All numbers of a moment in a state of two arrays. */
  private record Decoded(double[] values, float[] scales) {
    static Decoded of(Map<String, GroupState.Part> parts, String name, int count, boolean signed) {
      int[] words = parts.get(name).data().toArray(ValueLayout.JAVA_INT);
      float[] scales = parts.get(name + ".scale").data().toArray(ValueLayout.JAVA_FLOAT);
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        int block = i / BLOCK;
        int word = words[block / 4 * BLOCK + i % BLOCK];
        int code = word >>> 8 * (block % 4) & 255;
        values[i] = scales[block] * number(code, signed);
      }
      return new Decoded(values, scales);
    }

    private static double number(int code, boolean signed) {
      if (code == 0) {
        return 0;
      }
      if (!signed) {
        return UNSIGNED.get(code - 1);
      }
      return code <= 128 ? SIGNED.get(code - 1) : -SIGNED.get(255 - code);
    }

    /** Checks that this is what new moments become. */
    void check(double[] exact, boolean signed) {
      for (int from = 0; from < exact.length; from += BLOCK) {
        int to = Math.min(exact.length, from + BLOCK);
        double largest = 0;
        for (int i = from; i < to; i++) {
          largest = Math.max(largest, Math.abs(exact[i]));
        }
        double scale = scales[from / BLOCK];
        assertThat(scale).isCloseTo(largest, within(2e-6 * largest));
        for (int i = from; i < to; i++) {
          double nearest = Math.abs(exact[i]);
          for (double number : signed ? SIGNED : UNSIGNED) {
            nearest = Math.min(nearest, Math.abs(Math.abs(exact[i]) - number * scale));
          }
          boolean keepsSign = exact[i] < 0 && -exact[i] < 0.28e-6 * scale;
          boolean top = exact[i] < -0.9929 * scale;
          double slack = keepsSign ? 1e-6 * scale : top ? 0.0075 * scale : 1e-6 * scale;
          assertThat(Math.abs(values[i] - exact[i]))
              .as("element %d of %d", i, exact.length)
              .isLessThan(nearest + slack);
        }
      }
    }
  }

  private static Map<String, GroupState.Part> parts(GroupState state) {
    Map<String, GroupState.Part> parts = new HashMap<>();
    state.parts().forEach(p -> parts.put(p.name(), p));
    return parts;
  }

  private static void step(GroupState state, int t, List<Tensor> gradients) {
    Map<String, Tensor> coefficients = new HashMap<>();
    RULE.coefficients(t, t).forEach((n, c) -> coefficients.put(n, Tensor.scalar(c)));
    state.update(
        RULE, state.gather(gradients), coefficients, Tensor.scalar(RATE), Optional.empty());
  }

  /**
   * Three steps; each is followed from the state before it, as the format's definition reads it.
   */
  @ParameterizedTest
  @ValueSource(ints = {4096, 4351, 4352, 4353, 4396, 5000})
  void everyStepIsTheRuleAndTheNearestNumbers(int count) {
    SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
    parameters.put("first", Runs.variable("first", Runs.normal(count, 1)));
    parameters.put("second", Runs.variable("second", Runs.normal(4099, 2)));
    GroupState state =
        GroupState.of(List.of(ParameterGroup.of("both", parameters)), RULE, OPTIONS).getFirst();
    for (int t = 1; t <= 3; t++) {
      List<Tensor> gradients = new ArrayList<>();
      Map<String, double[][]> wanted = new HashMap<>();
      for (Map.Entry<String, Variable> entry : parameters.entrySet()) {
        float[] gradient = gradient(entry.getValue(), t + 10L * gradients.size());
        gradients.add(Tensor.of(gradient));
        wanted.put(entry.getKey(), next(state, entry.getKey(), entry.getValue(), gradient, t));
      }
      step(state, t, gradients);
      Map<String, GroupState.Part> after = parts(state);
      parameters.forEach(
          (name, p) -> {
            double[][] want = wanted.get(name);
            int n = want[0].length;
            Decoded.of(after, name + ".m1", n, true).check(want[0], true);
            Decoded.of(after, name + ".nu", n, false).check(want[1], false);
            float[] content = Runs.content(p);
            for (int i = 0; i < n; i++) {
              assertThat((double) content[i]).isCloseTo(want[2][i], within(3e-6));
            }
          });
    }
    state.close();
  }

  /** Blocks of different sizes, so that a scale of the wrong block would show. */
  private static float[] gradient(Variable parameter, long seed) {
    float[] gradient = Runs.normal(parameter.shape().elements(), seed);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= (float) Math.pow(10, i / BLOCK % 5 - 2);
    }
    return gradient;
  }

  /** New m1, nu and parameter by AdamW in double, from the state as it lies there. */
  private static double[][] next(
      GroupState state, String name, Variable parameter, float[] gradient, int t) {
    Map<String, GroupState.Part> before = parts(state);
    int n = gradient.length;
    double[] m1 = Decoded.of(before, name + ".m1", n, true).values();
    double[] nu = Decoded.of(before, name + ".nu", n, false).values();
    float[] old = Runs.content(parameter);
    double[] theta = new double[n];
    for (int i = 0; i < n; i++) {
      double g = gradient[i];
      m1[i] = 0.9 * m1[i] + 0.1 * g;
      nu[i] = 0.999 * nu[i] + 0.001 * g * g;
      double root = Math.sqrt(nu[i] / (1 - Math.pow(0.999, t))) + 1e-8;
      double direction = m1[i] / (1 - Math.pow(0.9, t)) / root;
      theta[i] = old[i] - RATE * (direction + 0.1 * old[i]);
    }
    return new double[][] {m1, nu, theta};
  }

  /** Small ones are updated as ever, bit by bit, alone and beside a large one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 300})
  void smallParametersKeepSinglePrecision(int count) {
    float[] gradient = Runs.normal(count, 3);
    float[][] results = new float[3][];
    for (int run = 0; run < 3; run++) {
      SequencedMap<String, Variable> parameters = new LinkedHashMap<>();
      parameters.put("small", Runs.variable("small", Runs.normal(count, 1)));
      if (run == 2) {
        parameters.put("large", Runs.variable("large", Runs.normal(4096, 2)));
      }
      OptimizerOptions options = run == 0 ? OptimizerOptions.none() : OPTIONS;
      List<ParameterGroup> groups = List.of(ParameterGroup.of("all", parameters));
      try (Optimizer optimizer = Optimizer.of(RULE, groups, options)) {
        for (int t = 0; t < 3; t++) {
          optimizer.step(
              optimizer.parameters().sequencedKeySet().stream()
                  .map(n -> n.equals("small") ? Tensor.of(gradient) : Tensor.ones(SHAPE))
                  .toList());
        }
        results[run] = Runs.content(parameters.get("small"));
        assertThat(optimizer.diagnostics()).containsKey("learning_rate");
      }
    }
    assertThat(results[1]).isEqualTo(results[0]);
    assertThat(results[2]).isEqualTo(results[0]);
  }

  private static final Shape SHAPE = Shape.of(4096);

  @Test
  void anElementWhoseGradientIsNoNumberLosesItsStateAndStays() {
    int n = 4500;
    Variable parameter = Runs.variable("x", Runs.normal(n, 1));
    GroupState state =
        GroupState.of(List.of(ParameterGroup.of(parameter)), RULE, OPTIONS).getFirst();
    step(state, 1, List.of(Tensor.of(Runs.normal(n, 2))));
    float[] before = Runs.content(parameter);
    float[] gradient = Runs.normal(n, 3);
    gradient[7] = Float.NaN;
    gradient[300] = Float.POSITIVE_INFINITY;
    gradient[4499] = Float.NEGATIVE_INFINITY;
    gradient[1000] = 1e30f;
    step(state, 2, List.of(Tensor.of(gradient)));
    step(state, 3, List.of(Tensor.of(Runs.normal(n, 4)).mul(0)));
    float[] after = Runs.content(parameter);
    Map<String, GroupState.Part> parts = parts(state);
    double[] m1 = Decoded.of(parts, "x.m1", n, true).values();
    double[] nu = Decoded.of(parts, "x.nu", n, false).values();
    for (int i : List.of(7, 300, 4499)) {
      // The third step has no gradient, so it only decays the parameter.
      assertThat((double) after[i]).isCloseTo(before[i] * (1 - RATE * 0.1), within(1e-6));
      assertThat(m1[i]).isZero();
      assertThat(nu[i]).isZero();
    }
    for (int i = 0; i < n; i++) {
      assertThat(Float.isFinite(after[i]) && Double.isFinite(m1[i]) && Double.isFinite(nu[i]))
          .as("element %d", i)
          .isTrue();
    }
    assertThat(after[8]).isNotEqualTo(before[8]);
  }

  /** A group of one whose rows are held at length one, of a size that is no multiple of blocks. */
  @Test
  void aConstraintAndATransformSeeTheParametersOwnShape() {
    Variable rows = Runs.variable("rows", Shape.of(70, 83), 1);
    ParameterGroup group =
        ParameterGroup.of(rows)
            .withGradientTransform(g -> g.sub(g.mul(rows.value()).sumKeep(1).mul(rows.value())))
            .withConstraint(w -> w.div(w.square().sumKeep(1).sqrt()));
    OptimizerOptions options =
        OPTIONS.withClipNorm(1).withAccumulation().withAverage(WeightAverage.plain(0.5));
    try (Optimizer optimizer = Optimizer.of(RULE, List.of(group), options);
        Program add = Runs.accumulating(optimizer);
        Program update = Runs.updating(optimizer)) {
      add.runAll(Tensor.of(rows.shape(), Runs.normal(70 * 83, 2)));
      update.runAll();
      Tensor lengths = rows.value().square().sum(1);
      assertThat(lengths.sub(1).abs().max().item()).isLessThan(1e-5f);
      assertThat(optimizer.averages().get("rows").shape()).isEqualTo(rows.shape());
    }
  }
}
