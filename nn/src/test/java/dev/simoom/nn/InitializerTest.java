package dev.simoom.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Initialisers: their moments and bounds, and that they repeat. */
final class InitializerTest {
  private static final Shape SHAPE = Shape.of(100, 300);

  /** Initialiser, variance it must have, bound of its numbers. */
  static Stream<Arguments> moments() {
    double sqrt2 = Math.sqrt(2);
    return Stream.of(
        Arguments.of("uniform", Initializer.uniform(0.3), 0.03, 0.3),
        Arguments.of("normal", Initializer.normal(0.02), 4e-4, Double.MAX_VALUE),
        Arguments.of("truncatedNormal", Initializer.truncatedNormal(0.02), 4e-4 * 0.7737413, 0.04),
        Arguments.of(
            "xavierUniform", Initializer.xavierUniform(1), 2.0 / 400, Math.sqrt(6.0 / 400)),
        Arguments.of("xavierNormal", Initializer.xavierNormal(1), 2.0 / 400, Double.MAX_VALUE),
        Arguments.of("xavierUniform gain 2", Initializer.xavierUniform(2), 8.0 / 400, 1.0),
        Arguments.of(
            "kaimingUniform", Initializer.kaimingUniform(sqrt2), 2.0 / 100, Math.sqrt(6.0 / 100)),
        Arguments.of(
            "kaimingNormal", Initializer.kaimingNormal(sqrt2), 2.0 / 100, Double.MAX_VALUE),
        Arguments.of("orthogonal", Initializer.orthogonal(1), 1.0 / 300, 1.0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void hasItsVariance(String name, Initializer initializer, double variance, double bound) {
    float[] numbers = initializer.make(SHAPE, new RandomStream(9)).toFloatArray();
    double sum = 0;
    double squares = 0;
    for (float v : numbers) {
      assertThat(Math.abs((double) v)).isLessThanOrEqualTo(bound * (1 + 1e-6));
      sum += v;
      squares += (double) v * v;
    }
    int n = numbers.length;
    assertThat(sum / n).isCloseTo(0, within(5 * Math.sqrt(variance / n)));
    assertThat(squares / n / variance).isCloseTo(1, within(0.05));
    assertThat(initializer.make(SHAPE, new RandomStream(9)).toFloatArray()).isEqualTo(numbers);
    assertThat(initializer.make(SHAPE, new RandomStream(10)).toFloatArray()).isNotEqualTo(numbers);
  }

  @ParameterizedTest
  @CsvSource({"5,5", "9,4", "4,9", "1,7", "60,60"})
  void orthogonalMatricesAreOrthogonal(int in, int out) {
    Tensor w = Initializer.orthogonal(3).make(Shape.of(in, out), new RandomStream(1));
    Tensor gram = in < out ? w.matmul(w.transpose()) : w.transpose().matmul(w);
    float[] g = gram.toFloatArray();
    int n = Math.min(in, out);
    for (int i = 0; i < n * n; i++) {
      assertThat(g[i]).isCloseTo(i / n == i % n ? 9 : 0, within(1e-4f));
    }
  }

  @Test
  void truncatedNormalFillsEveryPlace() {
    float[] numbers =
        Initializer.truncatedNormal(1).make(Shape.of(1000), new RandomStream(4)).toFloatArray();
    assertThat(numbers).doesNotContain(0f).hasSize(1000);
    assertThat(Initializer.truncatedNormal(1).make(Shape.of(0), new RandomStream(4)).shape())
        .isEqualTo(Shape.of(0));
  }

  @Test
  void constantsAreConstant() {
    RandomStream random = new RandomStream(1);
    assertThat(Initializer.zeros().make(Shape.of(2), random).toFloatArray()).containsExactly(0, 0);
    assertThat(Initializer.ones().make(Shape.of(2), random).toFloatArray()).containsExactly(1, 1);
    assertThat(Initializer.constant(3).make(Shape.of(1), random).toFloatArray()).containsExactly(3);
    assertThat(random.counter()).isZero();
  }

  @Test
  void leadingAxesCountToTheFans() {
    float[] numbers =
        Initializer.kaimingUniform(1)
            .make(Shape.of(3, 3, 12, 50), new RandomStream(2))
            .toFloatArray();
    double squares = 0;
    for (float v : numbers) {
      squares += (double) v * v;
    }
    assertThat(squares / numbers.length * 108).isCloseTo(1, within(0.05));
  }

  @Test
  void complaintsSayWhichShapeIsNeeded() {
    RandomStream random = new RandomStream(1);
    assertThatThrownBy(() -> Initializer.xavierUniform(1).make(Shape.of(3), random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[..., in, out]")
        .hasMessageContaining("[3]");
    assertThatThrownBy(() -> Initializer.orthogonal(1).make(Shape.of(3, 3, 3), random))
        .hasMessageContaining("orthogonal");
  }
}
