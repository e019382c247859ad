package dev.simoom.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operation has a derivative that finite differences confirm, or an entry here that says it
 * has none; an operation without an entry fails.
 */
class GradientRegistryTest {
  /** What is known about one operation. */
  private sealed interface Entry {}

  /** Its gradient agrees with finite differences. */
  private record Smooth(Differentiation inputs, Function<List<Tensor>, Tensor> function)
      implements Entry {}

  /** No gradient flows through: the gradient is 0. */
  private record Flat(Differentiation inputs, Function<List<Tensor>, Tensor> function)
      implements Entry {}

  /** Its gradient is another function's by design. */
  private record Given(
      Differentiation inputs, Function<List<Tensor>, Tensor> function, double... gradient)
      implements Entry {}

  /** Asking for its gradient is an exception that names it. */
  private record Refuses(
      Differentiation inputs, Function<List<Tensor>, Tensor> function, String name)
      implements Entry {}

  private static final Variable VARIABLE = Variable.of("v", Tensor.of(1, 2, 3));
  private static final Map<Class<? extends Op>, Entry> OPS = new LinkedHashMap<>();
  private static final Map<ScalarOp, Entry> SCALARS = new EnumMap<>(ScalarOp.class);

  private static Differentiation with() {
    return new Differentiation();
  }

  private static Tensor indices(int... values) {
    return Tensor.ofInts(Shape.of(values.length), values);
  }

  private static Tensor table(long rows, long k, int... values) {
    return Tensor.ofInts(Shape.of(rows, k), values);
  }

  static {
    OPS.put(Op.Argument.class, new Smooth(with().real(2, 3), x -> x.get(0)));
    OPS.put(
        Op.Window.class,
        new Smooth(with().real(3), x -> x.get(0).add(Tensor.of(1, 2, 3).slice(0, 0, 3))));
    OPS.put(Op.Data.class, new Smooth(with().real(3), x -> x.get(0).mul(Tensor.of(1, 2, 3))));
    OPS.put(Op.Read.class, new Smooth(with().real(3), x -> x.get(0).mul(VARIABLE.value())));
    OPS.put(
        Op.Fill.class, new Smooth(with().real(3), x -> Tensor.full(Shape.of(3), 2).mul(x.get(0))));
    OPS.put(
        Op.Iota.class,
        new Smooth(with().real(3), x -> Tensor.arange(3).cast(DType.F32).mul(x.get(0))));
    OPS.put(Op.Pointwise.class, new Smooth(with().real(3).real(3), x -> x.get(0).mul(x.get(1))));
    OPS.put(
        Op.Convert.class,
        new Smooth(with().real(3), x -> x.get(0).cast(DType.BF16).cast(DType.F16).mul(x.get(0))));
    OPS.put(Op.Reduce.class, new Smooth(with().real(2, 3, 4), x -> x.get(0).sum(1).square()));
    OPS.put(
        Op.Reshape.class,
        new Smooth(with().real(2, 6), x -> x.get(0).reshape(3, 4).mul(x.get(0).reshape(3, 4))));
    OPS.put(Op.Permute.class, new Smooth(with().real(2, 3, 4), x -> x.get(0).permute(2, 0, 1)));
    OPS.put(
        Op.Expand.class, new Smooth(with().real(3, 1), x -> x.get(0).expand(Shape.of(2, 3, 4))));
    OPS.put(Op.Slice.class, new Smooth(with().real(3, 7), x -> x.get(0).slice(1, 1, 7, 2)));
    OPS.put(
        Op.StopGradient.class,
        new Given(
            with().input(DType.F32, Shape.of(1), 3),
            x -> x.get(0).stopGradient().mul(x.get(0)),
            3));
    OPS.put(
        Op.StraightThrough.class,
        new Given(
            with().input(DType.F32, Shape.of(1), 3),
            x -> x.get(0).square().straightThrough(x.get(0).mul(5)),
            5));
    OPS.put(
        Op.Concat.class,
        new Smooth(
            with().real(2, 3).real(2, 2).real(2, 0),
            x -> Tensor.concat(1, x.get(0), x.get(1), x.get(2), x.get(0)).square()));
    OPS.put(
        Op.Product.class,
        new Smooth(with().real(2, 3, 4).real(2, 4, 5), x -> x.get(0).matmul(x.get(1))));
    OPS.put(
        Op.Attend.class,
        new Smooth(
            with().real(2, 3, 4).real(2, 5, 4).real(2, 5, 4),
            x -> Tensor.scaledDotProductAttention(x.get(0), x.get(1), x.get(2), true)));
    OPS.put(
        Op.AttendGradient.class,
        new Refuses(
            with().real(3, 4), GradientRegistryTest::gradientOfAttention, "attendGradient"));
    OPS.put(
        Op.SelectTop.class,
        new Smooth(
            with().input(DType.F32, Shape.of(2, 4), 4, 1, 3, 2, -1, -4, -2, -3),
            x -> x.get(0).topK(2).values().square()));
    OPS.put(
        Op.Output.class,
        new Flat(
            with().input(DType.F32, Shape.of(1, 3), 1, 3, 2),
            x -> x.get(0).topK(2).indices().cast(DType.F32)));
    OPS.put(
        Op.Decode.class,
        new Smooth(
            with().real(3, 2).real(4, 5),
            x -> x.get(1).sparseDecode(x.get(0), table(3, 2, 0, 3, 1, 1, 2, 0))));
    OPS.put(
        Op.DotRows.class,
        new Smooth(
            with().real(3, 5).real(4, 5),
            x -> x.get(1).sparseDot(x.get(0), table(3, 2, 0, 3, 1, 1, 2, 0))));
    OPS.put(
        Op.TakeRows.class, new Smooth(with().real(4, 3), x -> x.get(0).gather(indices(0, 3, 3))));
    OPS.put(
        Op.AddRows.class,
        new Smooth(
            with().real(3, 2).real(3, 4).real(5, 4).real(3, 4),
            GradientRegistryTest::bothWaysOfAddingRows));
    OPS.put(
        Op.Running.class,
        new Smooth(
            with().real(2, 4, 3).real(2, 4, 3).real(0.5, 2, 7).real(7),
            GradientRegistryTest::allThatRuns));
    OPS.put(
        Op.RandomNumbers.class,
        new Smooth(with().real(5), x -> x.get(0).mul(new RandomStream(3).normal(Shape.of(5)))));
    OPS.put(Op.Materialize.class, new Smooth(with().real(2, 3), x -> x.get(0).transpose().copy()));
  }

  private static Tensor gradientOfAttention(List<Tensor> x) {
    Tensor y = Tensor.scaledDotProductAttention(x.get(0), x.get(0), x.get(0), false);
    return y.square().sum().gradients(List.of(x.get(0))).getFirst();
  }

  /** Plain sums by index, and weighted ones: those are the gradient of a decoding by its table. */
  private static Tensor bothWaysOfAddingRows(List<Tensor> x) {
    Tensor plain = x.get(1).scatterAdd(indices(4, 0, 4), 5);
    Tensor decoded = x.get(2).sparseDecode(x.get(0), table(3, 2, 0, 3, 1, 1, 2, 0));
    Tensor weighted = decoded.mul(x.get(3)).sum().gradients(List.of(x.get(2))).getFirst();
    return Tensor.concat(0, plain.square(), weighted.square());
  }

  /** Sums and products, and from either end recurrences: those are in the gradient of products. */
  private static Tensor allThatRuns(List<Tensor> x) {
    Tensor sums = x.get(0).cumsum(1).square().reshape(24);
    Tensor products = x.get(1).cumprod(1).square().reshape(24);
    Tensor v = x.get(2);
    Tensor w = x.get(3);
    Tensor reversed = v.cumprod(0).mul(w).sum().gradients(List.of(v)).getFirst();
    Tensor back = reversed.square().sum().gradients(List.of(v, w)).getFirst();
    return Tensor.concat(0, sums, products, reversed, back);
  }

  // ---------------------------------------------------------------- scalar operations

  private static void binary(ScalarOp op, Differentiation inputs) {
    SCALARS.put(op, new Smooth(inputs, x -> Ops.pointwise(op, x.get(0), x.get(1))));
  }

  private static void unary(ScalarOp op, double low, double high) {
    SCALARS.put(op, new Smooth(with().real(low, high, 9), x -> Ops.pointwise(op, x.get(0))));
  }

  private static Tensor truth(Tensor x) {
    return x.gt(0);
  }

  static {
    binary(ScalarOp.ADD, with().real(5).real(5));
    binary(ScalarOp.SUB, with().real(5).real(5));
    binary(ScalarOp.MUL, with().real(5).real(5));
    binary(ScalarOp.DIV, with().real(5).real(0.5, 2, 5));
    binary(ScalarOp.MIN, with().real(5).real(5));
    binary(ScalarOp.MAX, with().real(5).real(5));
    unary(ScalarOp.NEG, -2, 2);
    unary(ScalarOp.ABS, -2, 2);
    unary(ScalarOp.SQRT, 0.2, 2);
    unary(ScalarOp.EXP, -2, 2);
    unary(ScalarOp.LOG, 0.2, 2);
    unary(ScalarOp.TANH, -2, 2);
    unary(ScalarOp.SIN, -4, 4);
    unary(ScalarOp.COS, -4, 4);
    for (ScalarOp op : ScalarOp.values()) {
      if (op.isComparison()) {
        SCALARS.put(
            op,
            new Flat(
                with().real(5).real(5),
                x -> Ops.pointwise(op, x.get(0), x.get(1)).cast(DType.F32)));
      }
    }
    for (ScalarOp op : List.of(ScalarOp.AND, ScalarOp.OR)) {
      SCALARS.put(
          op,
          new Flat(
              with().real(5).real(5),
              x -> Ops.pointwise(op, truth(x.get(0)), truth(x.get(1))).cast(DType.F32)));
    }
    SCALARS.put(ScalarOp.NOT, new Flat(with().real(5), x -> truth(x.get(0)).not().cast(DType.F32)));
    SCALARS.put(
        ScalarOp.SELECT,
        new Smooth(
            with().real(6).real(6).real(6),
            x -> Tensor.where(truth(x.get(0)), x.get(1), x.get(2))));
    SCALARS.put(
        ScalarOp.TO_F32, new Flat(with().real(5), x -> x.get(0).cast(DType.I32).cast(DType.F32)));
    SCALARS.put(
        ScalarOp.TO_I32,
        new Flat(with().real(5), x -> x.get(0).mul(9).cast(DType.I32).cast(DType.F32)));
    for (ScalarOp op : List.of(ScalarOp.PACK_SIGNED, ScalarOp.PACK_UNSIGNED)) {
      SCALARS.put(
          op,
          new Flat(
              with().real(5).real(5), x -> Ops.pointwise(op, x.get(0), x.get(1)).cast(DType.F32)));
    }
    for (ScalarOp op : List.of(ScalarOp.UNPACK_SIGNED, ScalarOp.UNPACK_UNSIGNED)) {
      SCALARS.put(
          op,
          new Flat(
              with().real(5),
              x -> Ops.pointwise(op, x.get(0).cast(DType.I32), Tensor.ofInts(Shape.SCALAR, 1))));
    }
    SCALARS.put(
        ScalarOp.TO_BOOL, new Flat(with().real(5), x -> x.get(0).cast(DType.BOOL).cast(DType.F32)));
  }

  // ---------------------------------------------------------------- the tests

  @AfterAll
  static void close() {
    VARIABLE.close();
  }

  @SuppressWarnings("unchecked")
  private static void collect(Class<?> type, List<Class<? extends Op>> records) {
    if (type.isSealed()) {
      Arrays.stream(type.getPermittedSubclasses()).forEach(c -> collect(c, records));
    } else {
      records.add((Class<? extends Op>) type);
    }
  }

  @Test
  void everyOperationHasAnEntry() {
    List<Class<? extends Op>> records = new ArrayList<>();
    collect(Op.class, records);
    assertThat(OPS.keySet()).containsExactlyInAnyOrderElementsOf(Set.copyOf(records));
    assertThat(SCALARS.keySet()).containsExactlyInAnyOrder(ScalarOp.values());
  }

  @TestFactory
  List<DynamicTest> gradientsOfOperations() {
    List<DynamicTest> tests = new ArrayList<>();
    OPS.forEach(
        (op, entry) -> tests.add(DynamicTest.dynamicTest(op.getSimpleName(), () -> test(entry))));
    SCALARS.forEach(
        (op, entry) -> tests.add(DynamicTest.dynamicTest(op.name(), () -> test(entry))));
    return tests;
  }

  private static void test(Entry entry) {
    switch (entry) {
      case Smooth(var inputs, var function) -> inputs.check(function);
      case Flat(var inputs, var function) ->
          inputs.check(function).forEach(g -> assertThat(g).containsOnly(0.0));
      case Given(var inputs, var function, double[] gradient) -> {
        double weight =
            with().input(DType.F32, Shape.of(1), 1).gradients(x -> x.get(0)).getFirst()[0];
        double[] got = inputs.gradients(function).getFirst();
        assertThat(Arrays.stream(got).map(g -> Math.round(g / weight * 1e6) / 1e6))
            .containsExactly(Arrays.stream(gradient).boxed().toArray(Double[]::new));
      }
      case Refuses(var inputs, var function, String name) ->
          assertThatThrownBy(() -> inputs.gradients(function))
              .isInstanceOf(UnsupportedOperationException.class)
              .hasMessageContaining(name)
              .hasMessageContaining("[3, 4]");
    }
  }
}
