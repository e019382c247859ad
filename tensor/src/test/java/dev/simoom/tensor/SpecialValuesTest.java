package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Infinities, NaN, ties, numbers too large for integers, indices out of bounds. */
class SpecialValuesTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private static float[] of(UnaryOperator<Tensor> method, float... x) {
    return method.apply(Tensor.of(x)).toFloatArray();
  }

  private static int[] indices(Function<Tensor, Tensor> method, float... x) {
    return method.apply(Tensor.of(x)).toIntArray();
  }

  @Test
  void wholeNumbersAreExactHoweverLarge() {
    float[] x = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 8388607.5f, 1e30f, -3e9f, INF, -INF, NAN};
    float[] rounded = of(Tensor::round, x);
    float[] below = of(Tensor::floor, x);
    float[] above = of(Tensor::ceil, x);
    for (int i = 0; i < x.length; i++) {
      same(rounded[i], Math.rint(x[i]));
      same(below[i], Math.floor(x[i]));
      same(above[i], Math.ceil(x[i]));
    }
    assertThat(of(Tensor::sign, -INF, -2, 0, 3, INF, NAN)).containsExactly(-1, -1, 0, 1, 1, 0);
    assertThat(Tensor.ofInts(Shape.of(3), -5, 0, 7).sign().toIntArray()).containsExactly(-1, 0, 1);
    assertThat(Tensor.ofInts(Shape.of(1), -5).round().toIntArray()).containsExactly(-5);
  }

  /** Equal, the zeros and all NaN among themselves. */
  private static void same(float actual, double expected) {
    assertThat(Double.compare(actual + 0.0, expected + 0.0)).isZero();
  }

  @Test
  void logSumExpOfInfinities() {
    assertThat(of(Tensor::logSumExp, -INF, -INF)).containsExactly(-INF);
    assertThat(of(Tensor::logSumExp, INF, 1)).containsExactly(INF);
    assertThat(of(Tensor::logSumExp, NAN, 1)).containsExactly(NAN);
    assertThat(of(Tensor::logSumExp, -INF, 5)).containsExactly(5);
    assertThat(of(Tensor::logSumExp, 1000, 1000)[0]).isCloseTo(1000.6931f, offset(1e-3f));
    assertThat(Tensor.zeros(Shape.of(0)).logSumExp().item()).isEqualTo(-INF);
  }

  private static Offset<Float> offset(float by) {
    return Offset.offset(by);
  }

  @Test
  void theErrorFunctionIsRightToTwoUnitsInTheLastPlace() {
    float[] x = Tensor.arange(120_001).cast(DType.F32).sub(60_000).mul(1e-4).toFloatArray();
    float[] y = of(Tensor::erf, x);
    for (int i = 0; i < x.length; i++) {
      double right = FormulaCases.erf(x[i]);
      assertThat(Math.abs(y[i] - right))
          .isLessThanOrEqualTo(Math.min(1.3e-7, 2e-7 * Math.abs(right)));
    }
    assertThat(of(Tensor::erf, INF, -INF, NAN)).containsExactly(1, -1, NAN);
    assertThat(of(Tensor::erf, 1e-30f)[0]).isCloseTo(1.1283792e-30f, offset(1e-36f));
  }

  @Test
  void placesOfTiesAndOfNaN() {
    assertThat(indices(x -> x.argmax(0), 1, 7, 7, 2)).containsExactly(1);
    assertThat(indices(x -> x.argmax(0), 1, NAN, INF, NAN)).containsExactly(1);
    assertThat(indices(x -> x.argmin(0), 1, -INF, NAN)).containsExactly(2);
    assertThat(indices(x -> x.argmin(0), -INF, -INF)).containsExactly(0);
    assertThat(of(x -> x.sort(0, false).values(), 2, NAN, -INF, 1))
        .containsExactly(NAN, -INF, 1, 2);
    assertThat(indices(x -> x.argsort(0, true), 2, NAN, -0f, 0f)).containsExactly(1, 0, 2, 3);
    assertThat(indices(x -> x.argsort(0, false), 0f, -0f, -1)).containsExactly(2, 0, 1);
  }

  @Test
  void infinitiesStayWhereTheyAre() {
    assertThat(of(x -> x.cumsum(0), 1, INF, 2, -INF)).containsExactly(1, INF, INF, NAN);
    assertThat(of(x -> x.reshape(2, 2).tril().reshape(4), 1, INF, NAN, 2))
        .containsExactly(1, 0, NAN, 2);
  }

  @Test
  void whatIsTakenOfNothing() {
    Tensor none = Tensor.zeros(Shape.of(0, 2));
    assertThat(none.norm(Double.POSITIVE_INFINITY, 0).toFloatArray()).containsExactly(0, 0);
    assertThat(none.prod(0).toFloatArray()).containsExactly(1, 1);
    assertThat(none.var().item()).isNaN();
    assertThat(Tensor.of(3).var().item()).isNaN();
    assertThat(Tensor.of(3).std(new int[0], 0).item()).isZero();
    assertThat(none.cumsum(0).shape()).isEqualTo(none.shape());
    assertThat(none.chunk(0, 3)).hasSize(3);
    assertThat(none.split(0, 3)).hasSize(1);
  }

  @Test
  void normAndDeviationHaveGradientZeroAtZero() {
    Tensor x = Tensor.of(0, 0);
    for (Tensor y : List.of(x.norm(2), x.std(), x.norm(1), x.norm(Double.POSITIVE_INFINITY))) {
      assertThat(y.gradients(List.of(x)).getFirst().toFloatArray()).containsExactly(0, 0);
    }
  }

  @Test
  void anIndexBesideTheAxisIsNoElementOfAnotherRow() {
    Tensor x = Tensor.ones(Shape.of(2, 3));
    for (int wrong : new int[] {-1, 3, 4}) {
      Tensor at = Tensor.ofInts(Shape.of(1), wrong);
      Tensor each = at.reshape(1, 1);
      List<Runnable> calls =
          List.of(
              () -> x.gather(1, each).toFloatArray(),
              () -> x.scatterAdd(1, each, Tensor.ones(Shape.of(1, 1))).toFloatArray(),
              () -> x.indexSelect(1, at).toFloatArray(),
              () -> x.indexAdd(1, at, Tensor.ones(Shape.of(2, 1))).toFloatArray());
      for (Runnable call : calls) {
        assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }
}
