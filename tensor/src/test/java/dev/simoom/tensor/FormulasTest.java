package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Methods that are written with other operations: their values against plain code in double, their
 * first and second derivatives against finite differences. {@link TensorMethodsTest} holds the
 * operations themselves; a method that neither of both knows fails.
 */
class FormulasTest {
  private static final int SEEDS = 40;

  /** Methods that are one operation each, or formulas that {@link CompositeGradientsTest} has. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "full",
          "zeros",
          "ones",
          "scalar",
          "of",
          "ofInts",
          "arange",
          "iota",
          "add",
          "sub",
          "mul",
          "div",
          "maximum",
          "minimum",
          "neg",
          "abs",
          "square",
          "sqrt",
          "rsqrt",
          "exp",
          "log",
          "tanh",
          "sin",
          "cos",
          "pow",
          "sigmoid",
          "relu",
          "silu",
          "gelu",
          "softplus",
          "clamp",
          "lt",
          "le",
          "gt",
          "ge",
          "eq",
          "ne",
          "and",
          "or",
          "not",
          "where",
          "cast",
          "sum",
          "mean",
          "max",
          "min",
          "sumKeep",
          "meanKeep",
          "maxKeep",
          "softmax",
          "logSoftmax",
          "reshape",
          "permute",
          "transpose",
          "expand",
          "slice",
          "select",
          "unsqueeze",
          "squeeze",
          "concat",
          "copy",
          "stopGradient",
          "straightThrough",
          "matmul",
          "scaledDotProductAttention",
          "topK",
          "sparseDecode",
          "sparseDot",
          "gradients");

  /** Methods whose result says nothing about small changes of their inputs. */
  private static final Set<String> NOT_SMOOTH =
      Set.of("xor", "isNaN", "isFinite", "any", "all", "argmax", "argmin", "argsort", "oneHot");

  /** Methods whose gradient is 0 everywhere. */
  private static final Set<String> FLAT = Set.of("sign", "floor", "ceil", "round");

  private record Smooth(Differentiation inputs, Function<List<Tensor>, Tensor> function) {}

  private static final Map<String, Smooth> SMOOTH = new LinkedHashMap<>();

  private static void smooth(
      String method, Differentiation inputs, Function<List<Tensor>, Tensor> function) {
    SMOOTH.put(method, new Smooth(inputs, function));
  }

  private static Differentiation with() {
    return new Differentiation();
  }

  private static Tensor indices() {
    return Tensor.ofInts(Shape.of(2, 3), 1, 0, 1, 0, 0, 1);
  }

  static {
    smooth("erf", with().real(7), x -> x.get(0).erf());
    smooth("geluExact", with().real(7), x -> x.get(0).geluExact());
    smooth("sign", with().real(5), x -> x.get(0).sign());
    smooth("floor", with().real(5), x -> x.get(0).mul(3).floor());
    smooth("ceil", with().real(5), x -> x.get(0).mul(3).ceil());
    smooth("round", with().real(5), x -> x.get(0).mul(3).round());
    smooth("logSumExp", with().real(3, 4), x -> x.get(0).logSumExp(0));
    smooth("var", with().real(3, 4), x -> x.get(0).var(-1));
    smooth("std", with().real(3, 4), x -> x.get(0).std(0));
    smooth("prod", with().real(2, 3, 2), x -> x.get(0).prod(1));
    smooth(
        "norm",
        with().real(2, 3),
        x ->
            Tensor.concat(
                0,
                x.get(0).norm(1, 0),
                x.get(0).norm(2, 1),
                x.get(0).norm(Double.POSITIVE_INFINITY, 1)));
    smooth("cumsum", with().real(2, 5), x -> x.get(0).cumsum(1));
    smooth("cumprod", with().real(5, 2), x -> x.get(0).cumprod(0));
    smooth("sort", with().real(5, 2), x -> x.get(0).sort(0, false).values());
    smooth("pad", with().real(2, 3), x -> x.get(0).pad(1, 1, 2, 3));
    smooth("stack", with().real(3).real(3), x -> Tensor.stack(1, x.get(0), x.get(1), x.get(0)));
    smooth(
        "split",
        with().real(2, 5),
        x -> x.get(0).split(1, 2).get(1).mul(x.get(0).split(1, 3, 2).get(1)));
    smooth("chunk", with().real(4, 2), x -> x.get(0).chunk(0, 2).get(1));
    smooth("repeat", with().real(2, 2), x -> x.get(0).repeat(2, 1, 3));
    smooth("flip", with().real(2, 3), x -> x.get(0).flip(0, 1));
    smooth("roll", with().real(2, 3), x -> x.get(0).roll(1, 1));
    smooth("tril", with().real(3, 3), x -> x.get(0).tril());
    smooth("triu", with().real(3, 3), x -> x.get(0).triu(1));
    smooth(
        "einsum",
        with().real(2, 3).real(3, 2),
        x -> Tensor.einsum("ij,jk->ki", x.get(0), x.get(1)));
    smooth("gather", with().real(2, 3), x -> x.get(0).gather(0, indices()));
    smooth(
        "indexSelect",
        with().real(2, 3),
        x -> x.get(0).indexSelect(1, Tensor.ofInts(Shape.of(3), 2, 0, 2)));
    smooth(
        "scatterAdd",
        with().real(2, 3).real(2, 3),
        x -> x.get(0).scatterAdd(0, indices(), x.get(1)));
    smooth(
        "indexAdd",
        with().real(2, 3).real(2, 2),
        x -> x.get(0).indexAdd(1, Tensor.ofInts(Shape.of(2), 2, 2), x.get(1)));
    smooth(
        "indexPut",
        with().real(2, 3).real(2, 2),
        x -> x.get(0).indexPut(1, Tensor.ofInts(Shape.of(2), 2, 0), x.get(1)));
  }

  @Test
  void everyMethodIsHeldByOneOfTheTests() {
    Set<String> known = new TreeSet<>(ELSEWHERE);
    known.addAll(FormulaCases.all().keySet());
    assertThat(known).containsExactlyInAnyOrderElementsOf(MethodCases.all().keySet());
    Set<String> derived = new TreeSet<>(NOT_SMOOTH);
    derived.addAll(SMOOTH.keySet());
    assertThat(derived).containsExactlyInAnyOrderElementsOf(FormulaCases.all().keySet());
  }

  @TestFactory
  List<DynamicTest> values() {
    List<DynamicTest> tests = new ArrayList<>();
    FormulaCases.all()
        .forEach((name, use) -> tests.add(DynamicTest.dynamicTest(name, () -> check(name, use))));
    return tests;
  }

  private static void check(String name, Function<Inputs, FormulaCases.Result> use) {
    for (long seed = 0; seed < SEEDS; seed++) {
      try (Scope _ = Scope.open()) {
        FormulaCases.Result result = use.apply(Inputs.eager(seed));
        Tensor y = result.actual();
        assertThat(y.shape()).as("%s, seed %d", name, seed).isEqualTo(result.shape());
        float[] got = y.toFloatArray();
        for (int i = 0; i < got.length; i++) {
          double expected = result.element().at(DoubleLibrary.coordinates(y.shape(), i));
          boolean isSame = Double.compare(got[i], expected) == 0;
          assertThat(isSame || Math.abs(got[i] - expected) <= 1e-5 * (1 + Math.abs(expected)))
              .as("%s, seed %d, element %d: %s for %s", name, seed, i, got[i], expected)
              .isTrue();
        }
      }
    }
  }

  @TestFactory
  List<DynamicTest> gradients() {
    List<DynamicTest> tests = new ArrayList<>();
    SMOOTH.forEach(
        (name, case_) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      List<double[]> first = case_.inputs().check(case_.function());
                      if (FLAT.contains(name)) {
                        first.forEach(g -> assertThat(g).containsOnly(0));
                      }
                    })));
    return tests;
  }

  @TestFactory
  List<DynamicTest> gradientsOfGradients() {
    List<DynamicTest> tests = new ArrayList<>();
    SMOOTH.forEach(
        (name, case_) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name, () -> case_.inputs().check(x -> gradient(case_.function(), x)))));
    return tests;
  }

  /** The gradient of a sum of squares, so that linear methods have a second derivative, too. */
  private static Tensor gradient(Function<List<Tensor>, Tensor> function, List<Tensor> x) {
    List<Tensor> real = x.stream().filter(t -> t.dtype() == DType.F32).toList();
    List<Tensor> parts = function.apply(x).square().sum().gradients(real);
    return Tensor.concat(0, parts.stream().map(g -> g.reshape(-1)).toList());
  }
}
