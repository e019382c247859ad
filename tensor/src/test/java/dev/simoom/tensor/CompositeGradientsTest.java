package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients of what models are made of, against finite differences. */
class CompositeGradientsTest {
  private static final Map<String, Runnable> CASES = new TreeMap<>();

  private static Differentiation with() {
    return new Differentiation();
  }

  private static void check(
      String name, Differentiation inputs, Function<List<Tensor>, Tensor> function) {
    CASES.put(name, () -> inputs.check(function));
  }

  private static Tensor layerNorm(Tensor x, Tensor gain, Tensor bias) {
    Tensor centred = x.sub(x.meanKeep(-1));
    Tensor scale = centred.square().meanKeep(-1).add(1e-5).rsqrt();
    return centred.mul(scale).mul(gain).add(bias);
  }

  private static Tensor crossEntropy(Tensor logits, Tensor classes) {
    Tensor hit = Tensor.iota(logits.shape(), 1).eq(classes.unsqueeze(1));
    return Tensor.where(hit, logits.logSoftmax(1), Tensor.scalar(0)).sum(1).mean().neg();
  }

  private static Tensor block(List<Tensor> x) {
    Tensor input = x.get(0);
    Tensor norm = layerNorm(input, x.get(4), x.get(5));
    Tensor heads = norm.matmul(x.get(1)).reshape(2, 3, 3, 2, 2);
    Tensor mixed =
        Tensor.scaledDotProductAttention(
            heads.select(2, 0), heads.select(2, 1), heads.select(2, 2), true, 1);
    Tensor residual = input.add(mixed.reshape(2, 3, 4).matmul(x.get(2)));
    return residual.add(residual.matmul(x.get(3)).gelu().matmul(x.get(3).transpose()));
  }

  static {
    check("softmax", with().real(3, 4), x -> x.get(0).softmax(-1));
    check("softmaxOfInnerAxis", with().real(2, 3, 4), x -> x.get(0).softmax(1));
    check("logSoftmax", with().real(3, 4), x -> x.get(0).logSoftmax(-1));
    check("gelu", with().real(9), x -> x.get(0).gelu());
    check("silu", with().real(9), x -> x.get(0).silu());
    check("sigmoid", with().real(9), x -> x.get(0).sigmoid());
    check("softplus", with().real(9), x -> x.get(0).softplus());
    check("relu", with().real(9), x -> x.get(0).relu());
    check("clamp", with().real(9), x -> x.get(0).clamp(-1, 0.5));
    check("rsqrt", with().real(0.3, 2, 9), x -> x.get(0).rsqrt());
    for (double exponent : new double[] {0, 0.5, 1, 2, 3, 5, 1.7, -1, -2.5}) {
      check("pow" + exponent, with().real(0.3, 2, 5), x -> x.get(0).pow(exponent));
    }
    check(
        "layerNorm",
        with().real(3, 5).real(5).real(5),
        x -> layerNorm(x.get(0), x.get(1), x.get(2)));
    check(
        "crossEntropy",
        with().real(3, 4).input(DType.I32, Shape.of(3), 2, 0, 3),
        x -> crossEntropy(x.get(0), x.get(1)));
    check(
        "transformerBlock",
        with().real(2, 3, 4).real(4, 12).real(4, 4).real(4, 6).real(4).real(4),
        CompositeGradientsTest::block);
    for (int axis = 0; axis < 3; axis++) {
      int time = axis;
      check(
          "attentionAlongAxis" + axis,
          with().real(3, 2, 3, 4).real(3, 2, 3, 4).real(3, 2, 3, 4),
          x -> Tensor.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), false, time));
    }
    check(
        "attentionWithMoreQueriesThanKeys",
        with().real(4, 2).real(2, 2).real(2, 2),
        x -> Tensor.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), true));
  }

  static {
    long[][] shapes = {{}, {1}, {4}, {3, 1}, {1, 4}, {3, 4}, {2, 1, 1}, {2, 3, 1}, {1, 1, 4}};
    for (long[] a : shapes) {
      for (long[] b : shapes) {
        check(
            "broadcast" + Shape.of(a) + Shape.of(b),
            with().real(a).real(0.5, 1, b),
            x -> x.get(0).mul(x.get(1)).add(x.get(0).div(x.get(1))));
      }
    }
    check("broadcastMatmul", with().real(2, 1, 3, 4).real(5, 4, 2), x -> x.get(0).matmul(x.get(1)));
    check("matmulByOneMatrix", with().real(2, 3, 4).real(4, 5), x -> x.get(0).matmul(x.get(1)));
    for (int from = 0; from < 3; from++) {
      for (int to = from; to < 8; to++) {
        for (int step = 1; step < 4; step++) {
          long[] s = {from, to, step};
          check(
              "slice" + from + ":" + to + ":" + step,
              with().real(2, 7),
              x -> x.get(0).slice(1, s[0], Math.min(7, s[1]), s[2]).square());
          check(
              "outerSlice" + from + ":" + to + ":" + step,
              with().real(7, 2),
              x -> x.get(0).slice(0, s[0], Math.min(7, s[1]), s[2]).square());
        }
      }
    }
    check(
        "concatOfViews",
        with().real(3, 4).real(2, 4),
        x -> Tensor.concat(0, x.get(0).slice(0, 1, 3), x.get(1), x.get(0).square()).tanh());
    check("meanOfMiddleAxes", with().real(2, 3, 2, 2), x -> x.get(0).square().mean(1, 2));
    check("sumOfOuterAndInnerAxis", with().real(2, 3, 4), x -> x.get(0).square().sum(0, 2));
    check("maxOverAxis", with().real(3, 4), x -> x.get(0).max(0));
    check("minOverAll", with().real(3, 4), x -> x.get(0).min());
    check("gatherOfWideRows", with().real(4, 2, 3), x -> x.get(0).gather(rows()).square());
    check(
        "halfStorage",
        with().real(4, 4),
        x -> {
          Tensor half = x.get(0).cast(DType.F16);
          Tensor spaced =
              half.slice(0, 0, 4, 2)
                  .mul(half.slice(1, 1, 3).transpose().slice(1, 0, 4).slice(0, 0, 2));
          return spaced.add(half.gather(rows().slice(1, 0, 2).reshape(4)).sum(0));
        });
    check(
        "secondDerivative",
        with().real(5),
        x -> x.get(0).tanh().mul(x.get(0)).sum().gradients(List.of(x.get(0))).getFirst());
  }

  /** The loss of a network of two layers, of each smooth activation. */
  private static Tensor mlp(List<Tensor> x) {
    Tensor h = x.get(0).matmul(x.get(1)).add(x.get(2));
    Tensor y = Tensor.concat(1, h.tanh(), h.geluExact(), h.silu()).matmul(x.get(3));
    return y.logSoftmax(-1).select(1, 0).mean().neg();
  }

  /** The gradient along a direction: its own gradient is the Hessian times that direction. */
  private static Tensor slope(List<Tensor> x) {
    Tensor slope = Tensor.scalar(0);
    for (Tensor gradient : mlp(x).gradients(x)) {
      Tensor direction = Tensor.arange(gradient.shape().elements()).cast(DType.F32).add(1).sin();
      slope = slope.add(gradient.mul(direction.reshape(gradient.shape())).sum());
    }
    return slope;
  }

  static {
    check(
        "hessianVectorProduct",
        with().real(4, 3).real(3, 2).real(2).real(6, 3),
        CompositeGradientsTest::slope);
  }

  private static Tensor rows() {
    return Tensor.ofInts(Shape.of(2, 3), 0, 3, 3, 1, 0, 3);
  }

  @TestFactory
  List<DynamicTest> composites() {
    List<DynamicTest> tests = new ArrayList<>();
    CASES.forEach((name, test) -> tests.add(DynamicTest.dynamicTest(name, test::run)));
    return tests;
  }

  private static double[] gradient(Function<Tensor, Tensor> function, double... x) {
    double unit = with().input(DType.F32, Shape.of(1), 1).gradients(t -> t.get(0)).getFirst()[0];
    double[] g =
        with()
            .input(DType.F32, Shape.of(x.length), x)
            .gradients(t -> function.apply(t.get(0)).reshape(1))
            .getFirst();
    for (int i = 0; i < g.length; i++) {
      g[i] = Math.round(g[i] / unit * 1e9) / 1e9;
    }
    return g;
  }

  @Test
  void tiesShareTheGradient() {
    assertThat(gradient(x -> x.max(), 2, 5, 5, 1)).containsExactly(0, 0.5, 0.5, 0);
    assertThat(gradient(x -> x.min(), 1, 5, 5, 1)).containsExactly(0.5, 0, 0, 0.5);
    assertThat(gradient(x -> x.maximum(Tensor.of(3)), 3)).containsExactly(0.5);
    assertThat(gradient(x -> x.minimum(x.mul(1).add(0)), 3)).containsExactly(1);
    assertThat(gradient(x -> x.relu(), 0)).containsExactly(0);
    assertThat(gradient(x -> x.abs(), 0)).containsExactly(0);
  }

  @Test
  void selectionGivesItsGradientToTheFirstOfEqualValues() {
    assertThat(gradient(x -> x.topK(2).values().sum(), 4, 7, 7, 7)).containsExactly(0, 1, 1, 0);
  }

  @Test
  void whatTheLossDoesNotDependOnHasGradientZero() {
    double[] zero = with().real(3).real(2, 2).gradients(x -> x.get(0).sum()).get(1);
    assertThat(zero).containsExactly(0, 0, 0, 0);
  }

  @Test
  void theLossMustBeOneNumber() {
    Tensor pair = Tensor.of(1, 2);
    assertThatThrownBy(() -> pair.gradients(List.of(pair)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradients")
        .hasMessageContaining("F32[2]");
  }
}
