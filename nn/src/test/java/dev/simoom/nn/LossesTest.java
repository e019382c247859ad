package dev.simoom.nn;

import static dev.simoom.nn.Doubles.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses against their formulas in double, at the edges of their numbers, and their gradients. */
final class LossesTest {
  private static final Tensor TARGETS = Tensor.ofInts(Shape.of(2, 3), 0, 6, 3, 3, 1, 5);
  private final Tensor logits = Doubles.random(1, 2, 3, 7).mul(3);

  private static double crossEntropy(double[] logits, int target, double smoothing) {
    double[] p = Doubles.softmax(logits);
    double loss = 0;
    for (int c = 0; c < p.length; c++) {
      double q = (c == target ? 1 - smoothing : 0) + smoothing / p.length;
      loss -= q * Math.log(p[c]);
    }
    return loss;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.7})
  void crossEntropyIsItsFormula(double smoothing) {
    double[][] rows = rows(logits);
    int[] targets = TARGETS.toIntArray();
    float[] each = Losses.crossEntropyEach(logits, TARGETS, smoothing).toFloatArray();
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      double expected = crossEntropy(rows[i], targets[i], smoothing);
      assertThat((double) each[i]).isCloseTo(expected, within(1e-5));
      sum += expected;
    }
    assertThat((double) Losses.crossEntropy(logits, TARGETS, smoothing).item())
        .isCloseTo(sum / targets.length, within(1e-5));
  }

  @Test
  void crossEntropyOfKnownDistributions() {
    Tensor even = Tensor.zeros(Shape.of(4, 8));
    Tensor targets = Tensor.ofInts(Shape.of(4), 0, 1, 2, 7);
    assertThat((double) Losses.crossEntropy(even, targets).item())
        .isCloseTo(Math.log(8), within(1e-6));
    Tensor odds = Tensor.of((float) Math.log(0.25), (float) Math.log(0.75)).reshape(1, 2);
    assertThat((double) Losses.crossEntropy(odds, Tensor.ofInts(Shape.of(1), 1)).item())
        .isCloseTo(-Math.log(0.75), within(1e-6));
  }

  @Test
  void crossEntropyStandsLargeLogits() {
    Tensor large = Tensor.of(Shape.of(2, 3), 3e4f, -3e4f, 0, -3e38f, 0, -3e38f);
    Tensor targets = Tensor.ofInts(Shape.of(2), 1, 1);
    assertThat(Losses.crossEntropyEach(large, targets, 0).toFloatArray()).containsExactly(6e4f, 0);
    Tensor masked = Tensor.of(Shape.of(1, 3), 1, Float.NEGATIVE_INFINITY, 1);
    assertThat((double) Losses.crossEntropy(masked, Tensor.ofInts(Shape.of(1), 2)).item())
        .isCloseTo(Math.log(2), within(1e-6));
  }

  @Test
  void crossEntropyLeavesOutIgnoredTargets() {
    Tensor padded = Tensor.ofInts(Shape.of(2, 3), 0, -100, 3, -100, -100, 5);
    double[][] rows = rows(logits);
    double expected =
        (crossEntropy(rows[0], 0, 0.2)
                + crossEntropy(rows[2], 3, 0.2)
                + crossEntropy(rows[5], 5, 0.2))
            / 3;
    assertThat((double) Losses.crossEntropyIgnoring(logits, padded, 0.2, -100).item())
        .isCloseTo(expected, within(1e-5));
    Tensor all = Tensor.ofInts(Shape.of(2, 3), -1, -1, -1, -1, -1, -1);
    assertThat(Losses.crossEntropyIgnoring(logits, all, 0, -1).item()).isEqualTo(0);
  }

  @Test
  void targetsThatAreNoClassDoNotPassUnseen() {
    for (int wrong : new int[] {-1, 7, Integer.MIN_VALUE}) {
      Tensor targets = Tensor.ofInts(Shape.of(2, 3), 0, 1, 2, wrong, 3, 4);
      assertThat(Losses.crossEntropy(logits, targets).item()).isNaN();
      assertThat(Losses.crossEntropyIgnoring(logits, targets, 0, -100).item()).isNaN();
    }
  }

  @Test
  void crossEntropyHasItsGradient() {
    Variable x = Variable.of("logits", logits.mul(0.5));
    Tensor padded = Tensor.ofInts(Shape.of(2, 3), 0, -100, 3, 6, -100, 5);
    GradientCheck.check(() -> Losses.crossEntropy(x.value(), TARGETS), List.of(x));
    GradientCheck.check(() -> Losses.crossEntropyEach(x.value(), TARGETS, 0.3), List.of(x));
    GradientCheck.check(
        () -> Losses.crossEntropyIgnoring(x.value(), padded, 0.1, -100), List.of(x));
    x.close();
  }

  @Test
  void meanSquaredErrorIsItsFormula() {
    Tensor a = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
    Tensor b = Tensor.of(Shape.of(2, 2), 0, 4, 3, 1);
    assertThat(Losses.meanSquaredError(a, b).item()).isEqualTo(3.5f);
    Variable x = Doubles.variable(1, 3, 2);
    Variable y = Doubles.variable(2, 3, 2);
    GradientCheck.check(() -> Losses.meanSquaredError(x.value(), y.value()), List.of(x, y));
  }

  @Test
  void binaryCrossEntropyIsItsFormulaAndDoesNotOverflow() {
    double[] x = {-2, -0.5, 0, 0.5, 3};
    double[] t = {0, 1, 1, 0.25, 1};
    double expected = 0;
    for (int i = 0; i < x.length; i++) {
      double p = 1 / (1 + Math.exp(-x[i]));
      expected -= (t[i] * Math.log(p) + (1 - t[i]) * Math.log(1 - p)) / x.length;
    }
    Tensor targets = Tensor.of(0, 1, 1, 0.25f, 1);
    Tensor values = Tensor.of(-2, -0.5f, 0, 0.5f, 3);
    assertThat((double) Losses.binaryCrossEntropyWithLogits(values, targets).item())
        .isCloseTo(expected, within(1e-6));
    Tensor large = Tensor.of(200, -200, 200);
    assertThat(Losses.binaryCrossEntropyWithLogits(large, Tensor.of(1, 0, 0)).item())
        .isCloseTo(200f / 3, within(1e-4f));
    Variable v = Variable.of("logits", values);
    GradientCheck.check(
        () -> Losses.binaryCrossEntropyWithLogits(v.value(), targets.add(0)), List.of(v));
  }

  @Test
  void klDivergenceIsItsFormula() {
    Tensor other = Doubles.random(2, 2, 3, 7);
    double expected = 0;
    for (int i = 0; i < 6; i++) {
      double[] p = Doubles.softmax(rows(logits)[i]);
      double[] q = Doubles.softmax(rows(other)[i]);
      for (int c = 0; c < 7; c++) {
        expected += p[c] * Math.log(p[c] / q[c]) / 6;
      }
    }
    assertThat((double) Losses.klDivergence(logits, other).item())
        .isCloseTo(expected, within(1e-5));
    assertThat(Losses.klDivergence(logits, logits.add(5)).item()).isCloseTo(0, within(1e-5f));
    Variable p = Doubles.variable(3, 2, 5);
    Variable q = Doubles.variable(4, 2, 5);
    GradientCheck.check(() -> Losses.klDivergence(p.value(), q.value()), List.of(p, q));
  }

  @Test
  void complaintsNameTheLossAndItsOperands() {
    assertThatThrownBy(() -> Losses.crossEntropy(logits, Tensor.ofInts(Shape.of(2), 0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "crossEntropy: F32 logits [..., classes] and I32 targets [...] are needed;"
                + " got F32[2, 3, 7], I32[2]");
    assertThatThrownBy(() -> Losses.crossEntropy(logits, Tensor.zeros(Shape.of(2, 3))))
        .hasMessageContaining("F32[2, 3]");
    assertThatThrownBy(() -> Losses.crossEntropy(logits, TARGETS, 1))
        .hasMessageContaining("label smoothing");
    assertThatThrownBy(
            () -> Losses.meanSquaredError(Tensor.zeros(Shape.of(4, 1)), Tensor.zeros(Shape.of(4))))
        .hasMessage(
            "meanSquaredError: F32 operands of one shape are needed; got F32[4, 1], F32[4]");
    assertThatThrownBy(() -> Losses.klDivergence(Tensor.scalar(1), Tensor.scalar(1)))
        .hasMessageContaining("klDivergence");
  }
}
