package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.DType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every method of {@link Tensor} against its meaning in double, and what a program makes of it
 * against eager code, bit by bit.
 */
class TensorMethodsTest {
  private static final int SEEDS = 25;
  private static final Set<String> NOT_COMPUTING =
      Set.of(
          "shape",
          "dtype",
          "rank",
          "item",
          "toFloatArray",
          "toIntArray",
          "contiguousSegment",
          "toString");

  @Test
  void everyMethodHasACase() {
    Set<String> methods = new TreeSet<>();
    Arrays.stream(Tensor.class.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
        .forEach(m -> methods.add(m.getName()));
    methods.removeAll(NOT_COMPUTING);
    assertThat(methods).containsExactlyInAnyOrderElementsOf(MethodCases.all().keySet());
  }

  @TestFactory
  List<DynamicTest> meaning() {
    return forAll(
        (use, seed) -> {
          double[] expected = meaning(use, seed);
          try (Scope _ = Scope.open()) {
            same(use.apply(Inputs.eager(seed)), expected);
          }
        });
  }

  @TestFactory
  List<DynamicTest> meaningOnTheReferenceBackend() {
    return forAll(
        (use, seed) -> {
          double[] expected = meaning(use, seed);
          Engine.with(
              Backend.reference(),
              () -> {
                same(use.apply(Inputs.eager(seed)), expected);
                return true;
              });
        });
  }

  @TestFactory
  List<DynamicTest> programsGiveTheBitsOfEagerCode() {
    return forAll(
        (use, seed) -> {
          try (Scope _ = Scope.open()) {
            Inputs inputs = Inputs.eager(seed);
            Tensor expected = use.apply(inputs);
            Function<List<Tensor>, List<Tensor>> method =
                arguments -> List.of(use.apply(Inputs.given(seed, arguments)));
            try (Program program = Program.ofMany(method)) {
              Tensor result = program.run(inputs.tensors().toArray(Tensor[]::new));
              assertThat(result.shape()).isEqualTo(expected.shape());
              assertThat(Bits.of(result)).isEqualTo(Bits.of(expected));
            }
          }
        });
  }

  private interface Check {
    void check(Function<Inputs, Tensor> use, long seed);
  }

  private static List<DynamicTest> forAll(Check check) {
    List<DynamicTest> tests = new ArrayList<>();
    MethodCases.all()
        .forEach(
            (name, use) ->
                tests.add(
                    DynamicTest.dynamicTest(
                        name,
                        () -> {
                          for (long seed = 0; seed < SEEDS; seed++) {
                            try {
                              check.check(use, seed);
                            } catch (RuntimeException | AssertionError e) {
                              throw new AssertionError(name + ", seed " + seed + ": " + e, e);
                            }
                          }
                        })));
    return tests;
  }

  private static double[] meaning(Function<Inputs, Tensor> use, long seed) {
    Inputs inputs = Inputs.symbolic(seed);
    List<Tensor> result = new ArrayList<>();
    new Trace().record(() -> result.add(use.apply(inputs)));
    return new DoubleEvaluator(inputs.data(), true).value(result.getFirst());
  }

  private static void same(Tensor actual, double[] expected) {
    double tolerance =
        switch (actual.dtype()) {
          case F32 -> 3e-5;
          case F16 -> 1e-3;
          case BF16 -> 8e-3;
          case I32, BOOL -> 0;
        };
    float[] got = (actual.dtype() == DType.F32 ? actual : actual.cast(DType.F32)).toFloatArray();
    assertThat(got).hasSize(expected.length);
    for (int i = 0; i < got.length; i++) {
      boolean equal = Double.compare(got[i], (float) expected[i]) == 0 || got[i] == expected[i];
      assertThat(equal || Math.abs(got[i] - expected[i]) <= tolerance * (1 + Math.abs(expected[i])))
          .as("%s%s element %d: %s for %s", actual.dtype(), actual.shape(), i, got[i], expected[i])
          .isTrue();
    }
  }
}
