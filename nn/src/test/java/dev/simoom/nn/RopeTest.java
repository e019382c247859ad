package dev.simoom.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Turned pairs against plain double code. */
final class RopeTest {
  private static final int D = 6;

  /** One head's features at a position. */
  private static double[] turned(double[] x, long position, double base, Rope.Pairing pairing) {
    double[] y = new double[D];
    for (int i = 0; i < D / 2; i++) {
      int a = pairing == Rope.Pairing.HALVES ? i : 2 * i;
      int b = pairing == Rope.Pairing.HALVES ? i + D / 2 : 2 * i + 1;
      double angle = position / Math.pow(base, 2.0 * i / D);
      y[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
      y[b] = x[b] * Math.cos(angle) + x[a] * Math.sin(angle);
    }
    return y;
  }

  @ParameterizedTest
  @EnumSource
  void pairsAreTurnedByTheirPosition(Rope.Pairing pairing) {
    Rope rope = new Rope(D, 500, pairing);
    Tensor x = Doubles.random(1, 2, 4, 3, D);
    Tensor y = rope.apply(x, -3, 7);
    double[][] in = Doubles.rows(x);
    double[][] out = Doubles.rows(y);
    for (int i = 0; i < in.length; i++) {
      double[] expected = turned(in[i], 7 + i / 3 % 4, 500, pairing);
      for (int f = 0; f < D; f++) {
        assertThat(out[i][f]).isCloseTo(expected[f], within(1e-6));
      }
    }
    Variable v = Variable.of("x", x);
    GradientCheck.check(() -> rope.apply(v.value(), -3, 2), List.of(v));
    v.close();
  }

  @Test
  void laterPositionsAreWhatTheyAreInTheWhole() {
    Rope rope = Rope.of(D);
    Tensor x = Doubles.random(2, 9, D);
    Tensor whole = rope.apply(x, -2, 0);
    Tensor later = rope.apply(x.slice(0, 5, 9), -2, 5);
    assertThat(later.toFloatArray()).containsExactly(whole.slice(0, 5, 9).toFloatArray());
  }

  @Test
  void productsDependOnDistanceAlone() {
    Rope rope = Rope.of(D);
    Tensor q = Doubles.random(3, 1, D);
    Tensor k = Doubles.random(4, 1, D);
    float near = product(rope, q, 12, k, 9);
    assertThat(product(rope, q, 100_003, k, 100_000)).isCloseTo(near, within(1e-4f));
    assertThat(product(rope, q, 12, k, 8)).isNotCloseTo(near, within(1e-2f));
  }

  private static float product(Rope rope, Tensor q, long at, Tensor k, long other) {
    return rope.apply(q, -2, at).mul(rope.apply(k, -2, other)).sum().item();
  }

  /** Both by the formulas of their papers, Llama 3's by wavelengths as transformers has it. */
  @Test
  void frequenciesMayBeScaled() {
    Rope.Scaling linear = new Rope.Scaling.Linear(4);
    assertThat(linear.of(0.5)).isEqualTo(0.125);
    Rope.Scaling llama = new Rope.Scaling.Llama3(8, 1, 4, 100);
    for (double wave : new double[] {1, 24, 26, 40, 70, 99, 101, 5000}) {
      double frequency = 2 * Math.PI / wave;
      double smooth = (100 / wave - 1) / (4 - 1);
      double expected =
          wave < 25
              ? frequency
              : wave > 100 ? frequency / 8 : (1 - smooth) * frequency / 8 + smooth * frequency;
      assertThat(llama.of(frequency)).isCloseTo(expected, within(1e-12));
    }
    Tensor x = Doubles.random(1, 9, D);
    float[] stretched =
        new Rope(D, 500, Rope.Pairing.HALVES, linear).apply(x, -2, 0).toFloatArray();
    float[] plain = new Rope(D, 500, Rope.Pairing.HALVES).apply(x, -2, 0).toFloatArray();
    assertThat(Arrays.copyOf(stretched, D)).containsExactly(Arrays.copyOf(plain, D));
    float[] second =
        new Rope(D, 500, Rope.Pairing.HALVES).apply(x.slice(0, 8, 9), -2, 2).toFloatArray();
    assertThat(Arrays.copyOfRange(stretched, 8 * D, 9 * D)).containsExactly(second);
    assertThatThrownBy(() -> new Rope.Scaling.Linear(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Rope.Scaling.Llama3(8, 4, 1, 100))
        .hasMessageContaining("below the high one, 1.0");
  }

  @Test
  void anglesMayBeChosenByATensorOfPositions() {
    Rope rope = Rope.of(D);
    Tensor x = Doubles.random(5, 3, 2, D);
    Rope.Turns chosen = rope.turns(0, 40).at(Tensor.ofInts(Shape.of(3), 7, 8, 9));
    assertThat(rope.apply(x, -3, chosen).toFloatArray())
        .containsExactly(rope.apply(x, -3, 7).toFloatArray());
  }

  @Test
  void complaintsSayWhatWouldBeRight() {
    assertThatThrownBy(() -> Rope.of(5)).hasMessageContaining("even number of features");
    assertThatThrownBy(() -> new Rope(4, 0, Rope.Pairing.HALVES)).hasMessageContaining("base");
    assertThatThrownBy(() -> Rope.of(4).apply(Tensor.zeros(Shape.of(2, 6)), -2, 0))
        .hasMessageContaining("Rope: takes real numbers [..., time, 4]; got F32[2, 6]");
    assertThatThrownBy(() -> Rope.of(4).apply(Tensor.zeros(Shape.of(2, 4)), -1, 0))
        .hasMessageContaining("got -1 and 0");
  }
}
