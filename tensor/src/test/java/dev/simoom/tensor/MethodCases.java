package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A random use of each method of {@link Tensor} that computes or rearranges. */
final class MethodCases {
  private static final Map<String, Function<Inputs, Tensor>> CASES = new LinkedHashMap<>();

  private MethodCases() {}

  static Map<String, Function<Inputs, Tensor>> all() {
    return CASES;
  }

  private static void put(String method, Function<Inputs, Tensor> use) {
    CASES.put(method, use);
  }

  private static void unary(String method, UnaryOperator<Tensor> use) {
    put(method, in -> use.apply(in.stored(in.shape())));
  }

  private static void ofPositive(String method, UnaryOperator<Tensor> use) {
    put(method, in -> use.apply(in.positive(in.shape())));
  }

  private static Tensor number(Inputs in, Shape shape) {
    return in.below(4) == 0 ? in.integers(shape) : in.real(shape);
  }

  private static void binary(String method, BinaryOperator<Tensor> use) {
    put(
        method,
        in -> {
          Shape shape = in.shape();
          Tensor a = number(in, in.partner(shape));
          Tensor b =
              a.dtype() == DType.I32
                  ? in.integers(in.partner(shape))
                  : in.stored(in.partner(shape));
          return in.below(2) == 0 ? use.apply(a, b) : use.apply(b, a);
        });
  }

  private static void comparison(
      String method, BinaryOperator<Tensor> use, UnaryOperator<Tensor> withNumber) {
    binary(method, (a, b) -> use.apply(a, b).or(withNumber.apply(a)));
  }

  private static void logical(String method, BinaryOperator<Tensor> use) {
    put(
        method,
        in -> {
          Shape shape = in.shape();
          return use.apply(in.truths(in.partner(shape)), in.truths(in.partner(shape)));
        });
  }

  private static void reduction(String method, Function<Tensor, Function<int[], Tensor>> use) {
    put(
        method,
        in -> {
          Tensor x = in.below(4) == 0 ? in.integers(in.shape()) : in.stored(in.shape());
          return use.apply(x).apply(in.axes(x.shape()));
        });
  }

  static {
    put("full", in -> Tensor.full(in.shape(), DType.values()[in.below(4)], 3));
    put("zeros", in -> Tensor.zeros(in.shape()).add(in.real(Shape.SCALAR)));
    put("ones", in -> Tensor.ones(in.shape()));
    put("scalar", in -> Tensor.scalar(2.5).add(in.real(in.shape())));
    put("of", in -> Tensor.of(1, 2, 3).mul(in.real(Shape.of(2, 3))));
    put("ofInts", in -> Tensor.ofInts(Shape.of(2), 4, 5).add(in.integers(Shape.of(3, 1))));
    put("arange", in -> Tensor.arange(in.extent()));
    put(
        "iota",
        in -> {
          Shape shape = in.shape(1, 6);
          Tensor i = Tensor.iota(shape, in.axis(shape));
          return in.below(3) == 0
              ? i
              : i.mul(3).add(in.integers(in.partner(shape))).permute(in.order(shape.rank()));
        });
    binary("add", Tensor::add);
    binary("sub", Tensor::sub);
    binary("mul", Tensor::mul);
    put(
        "div",
        in -> {
          Shape shape = in.shape();
          return in.stored(in.partner(shape)).div(in.positive(in.partner(shape))).div(3);
        });
    binary("maximum", Tensor::maximum);
    binary("minimum", Tensor::minimum);
    put("neg", in -> number(in, in.shape()).neg());
    put("abs", in -> number(in, in.shape()).abs());
    put("square", in -> number(in, in.shape()).square());
    ofPositive("sqrt", Tensor::sqrt);
    ofPositive("rsqrt", Tensor::rsqrt);
    unary("exp", Tensor::exp);
    ofPositive("log", Tensor::log);
    unary("tanh", Tensor::tanh);
    unary("sin", Tensor::sin);
    unary("cos", Tensor::cos);
    put(
        "pow",
        in -> {
          double[] exponents = {0, 1, 2, 3, 7, 0.5, 1.5, -1, -2};
          return in.positive(in.shape()).pow(exponents[in.below(exponents.length)]);
        });
    unary("sigmoid", Tensor::sigmoid);
    put("relu", in -> number(in, in.shape()).relu());
    unary("silu", Tensor::silu);
    unary("gelu", Tensor::gelu);
    unary("softplus", Tensor::softplus);
    put("clamp", in -> number(in, in.shape()).clamp(-1, 1));
    comparison("lt", Tensor::lt, a -> a.lt(1));
    comparison("le", Tensor::le, a -> a.le(1));
    comparison("gt", Tensor::gt, a -> a.gt(1));
    comparison("ge", Tensor::ge, a -> a.ge(1));
    binary("eq", Tensor::eq);
    binary("ne", Tensor::ne);
    logical("and", Tensor::and);
    logical("or", Tensor::or);
    put("not", in -> in.truths(in.shape()).not());
    logical("xor", Tensor::xor);
    put("isNaN", in -> withNaN(in, in.shape()).isNaN());
    put("isFinite", in -> withNaN(in, in.shape()).isFinite());
    unary("erf", Tensor::erf);
    unary("geluExact", Tensor::geluExact);
    put("sign", in -> number(in, in.shape()).sign());
    put("floor", in -> number(in, in.shape()).mul(3).floor());
    put("ceil", in -> number(in, in.shape()).mul(3).ceil());
    put("round", in -> number(in, in.shape()).mul(3).round());
    put(
        "where",
        in -> {
          Shape shape = in.shape();
          Tensor a = number(in, in.partner(shape));
          Tensor b =
              a.dtype() == DType.I32 ? in.integers(in.partner(shape)) : in.real(in.partner(shape));
          return Tensor.where(in.truths(in.partner(shape)), a, b);
        });
    put("cast", in -> in.any(in.shape()).cast(DType.values()[in.below(5)]));
  }

  static {
    reduction("sum", x -> x::sum);
    reduction("mean", x -> x::mean);
    reduction("max", x -> x::max);
    reduction("min", x -> x::min);
    reduction("sumKeep", x -> x::sumKeep);
    reduction("meanKeep", x -> x::meanKeep);
    reduction("maxKeep", x -> x::maxKeep);
    put(
        "softmax",
        in -> {
          Tensor x = in.stored(in.shape(1, 6));
          return x.softmax(in.axis(x.shape()));
        });
    put(
        "logSoftmax",
        in -> {
          Tensor x = in.real(in.shape(1, 6));
          return x.logSoftmax(in.axis(x.shape()));
        });
    put(
        "reshape",
        in -> {
          Tensor x = in.any(in.shape());
          long[] split = x.shape().toArray();
          return x.shape().elements() == 0 || in.below(3) == 0
              ? x.reshape(x.shape().concat(Shape.of(1)))
              : x.permute(in.order(x.rank())).reshape(-1).reshape(split);
        });
    put("permute", in -> permuted(in, in.any(in.shape())));
    put(
        "transpose",
        in -> {
          Tensor x = in.any(in.shape(2, 6));
          return x.transpose().transpose(in.axis(x.shape()), in.axis(x.shape()));
        });
    put(
        "expand",
        in -> {
          Shape shape = in.shape();
          return in.any(in.partner(shape)).expand(shape);
        });
    put(
        "slice",
        in -> {
          Tensor x = in.any(in.shape(1, 6));
          int axis = in.axis(x.shape());
          long extent = x.shape().extent(axis);
          long from = in.below((int) extent + 1);
          long to = from + in.below((int) (extent - from) + 1);
          return in.below(2) == 0
              ? x.slice(axis, from, to, 1 + in.below(3))
              : x.slice(axis, from == extent ? from : from - extent, to);
        });
    put(
        "select",
        in -> {
          Tensor x = in.any(in.shape(1, 6).with(0, 3));
          return x.select(0, in.below(6) - 3);
        });
    put("unsqueeze", in -> in.any(in.shape(2, 5)).unsqueeze(in.below(6) - 3));
    put("squeeze", in -> in.any(in.shape(1, 5).with(-1, 1)).squeeze(-1));
    put(
        "concat",
        in -> {
          Shape shape = in.shape(1, 6);
          int axis = in.axis(shape);
          Tensor[] parts = new Tensor[1 + in.below(4)];
          for (int i = 0; i < parts.length; i++) {
            parts[i] = in.real(shape.with(axis, in.extent() % 7));
            parts[i] = in.below(2) == 0 ? parts[i] : parts[i].mul(2);
          }
          return Tensor.concat(axis, parts);
        });
    put("copy", in -> in.any(in.shape()).copy());
    put("stopGradient", in -> in.any(in.shape()).stopGradient());
    put(
        "straightThrough",
        in -> {
          Shape shape = in.shape();
          return in.real(shape).straightThrough(in.real(shape));
        });
  }

  /** Real numbers some of which are none. */
  private static Tensor withNaN(Inputs in, Shape shape) {
    return in.real(shape).sub(1).log();
  }

  static {
    reduction("prod", x -> x.cast(DType.F32)::prod);
    reduction("logSumExp", x -> x.cast(DType.F32)::logSumExp);
    reduction("var", x -> axes -> x.cast(DType.F32).var(axes, 0));
    reduction("std", x -> axes -> x.cast(DType.F32).std(axes, 0));
    reduction(
        "norm", x -> axes -> x.cast(DType.F32).norm(1, axes).add(x.cast(DType.F32).norm(2, axes)));
    put(
        "any",
        in -> {
          Tensor x = in.truths(in.shape());
          return x.any(in.axes(x.shape()));
        });
    put(
        "all",
        in -> {
          Tensor x = in.truths(in.shape());
          return x.all(in.axes(x.shape()));
        });
    alongAxis("argmax", (x, axis) -> x.argmax(axis));
    alongAxis("argmin", (x, axis) -> x.argmin(axis));
    alongAxis("cumsum", (x, axis) -> x.cumsum(axis));
    alongAxis("cumprod", (x, axis) -> x.cast(DType.F32).cumprod(axis));
    alongAxis("sort", (x, axis) -> x.cast(DType.F32).sort(axis, false).values());
    alongAxis("argsort", (x, axis) -> x.cast(DType.F32).argsort(axis, true));
    alongAxis("pad", (x, axis) -> x.pad(axis, 2, 0).pad(0, 0, 1, 3));
    alongAxis("split", (x, axis) -> joined(axis, x.split(axis, 2)));
    alongAxis("chunk", (x, axis) -> joined(axis, x.chunk(axis, 3)));
    alongAxis("stack", (x, axis) -> Tensor.stack(axis, x, x.mul(2)));
    alongAxis("flip", (x, axis) -> x.flip(axis, 0));
    alongAxis("roll", (x, axis) -> x.roll(axis, 3));
    alongAxis("indexSelect", (x, axis) -> x.indexSelect(axis, last(x, axis)));
    alongAxis(
        "indexAdd",
        (x, axis) -> {
          Tensor sums = x.cast(DType.F32);
          return sums.indexAdd(axis, last(x, axis), sums.indexSelect(axis, last(x, axis)));
        });
    alongAxis(
        "indexPut",
        (x, axis) -> {
          Tensor numbers = x.cast(DType.F32);
          return numbers.indexPut(axis, last(x, axis), numbers.indexSelect(axis, last(x, axis)));
        });
    put("repeat", in -> in.any(in.shape(2, 3)).repeat(in.below(3), 2, 1 + in.below(2)));
    put("tril", in -> in.any(in.shape(2, 4)).tril(in.below(5) - 2));
    put("triu", in -> in.any(in.shape(2, 4)).triu(in.below(5) - 2));
    put("oneHot", in -> in.indices(in.shape(0, 3), 5).oneHot(4));
    put(
        "einsum",
        in -> {
          long rows = in.extent();
          long columns = in.extent();
          return Tensor.einsum(
              "bij,jb,i->jb",
              in.real(Shape.of(3, rows, columns)),
              in.stored(Shape.of(columns, 3)),
              in.real(Shape.of(rows)));
        });
  }

  /** Parts with something done to them, one behind the other again. */
  private static Tensor joined(int axis, List<Tensor> parts) {
    return Tensor.concat(axis, parts.stream().map(p -> p.mul(2)).toList());
  }

  /** The last coordinate of an axis twice, and no index where it has none. */
  private static Tensor last(Tensor x, int axis) {
    int extent = (int) x.shape().extent(axis);
    return Tensor.ofInts(Shape.of(2), extent - 1, extent - 1).slice(0, 0, Math.min(2, extent));
  }

  private static void alongAxis(String method, BiFunction<Tensor, Integer, Tensor> use) {
    put(
        method,
        in -> {
          Shape shape = in.shape(1, 4);
          int axis = in.axis(shape);
          Shape filled = shape.with(axis, Math.max(1, shape.extent(axis)));
          return use.apply(number(in, filled), axis);
        });
  }

  private static Tensor permuted(Inputs in, Tensor x) {
    Tensor y = x.permute(in.order(x.rank()));
    return y.dtype() == DType.F32 ? y.mul(2) : y;
  }

  static {
    put(
        "matmul",
        in -> {
          Shape batch = in.shape(0, 3);
          long m = in.extent();
          long k = in.extent();
          long n = in.extent();
          Tensor a = in.stored(in.partner(batch).concat(Shape.of(m, k)));
          Tensor b = in.stored(in.partner(batch).concat(Shape.of(k, n)));
          Tensor c = a.matmul(b);
          return in.below(2) == 0 ? c : c.add(in.real(Shape.of(n))).relu();
        });
    put("scaledDotProductAttention", MethodCases::attention);
    put(
        "topK",
        in -> {
          Tensor x = in.real(in.shape(1, 4));
          Tensor.Top top = x.topK(in.below((int) x.shape().extent(-1) + 1));
          return switch (in.below(3)) {
            case 0 -> top.values();
            case 1 -> top.indices();
            default -> top.values().add(top.indices().cast(DType.F32));
          };
        });
    put(
        "gather",
        in -> {
          Tensor table = in.any(Shape.of(5).concat(in.shape(0, 3)));
          int axis = -table.rank();
          return in.below(2) == 0
              ? table.gather(in.indices(in.shape(0, 3), 5))
              : table.gather(axis, in.indices(table.shape().with(axis, in.extent()), 5));
        });
    put(
        "sparseDecode",
        in -> {
          Shape at = in.shape(1, 3);
          return in.real(Shape.of(6, 1 + in.extent())).sparseDecode(in.real(at), in.indices(at, 6));
        });
    put(
        "sparseDot",
        in -> {
          Shape at = in.shape(1, 3);
          long width = 1 + in.extent();
          return in.real(Shape.of(6, width))
              .sparseDot(in.real(at.with(-1, width)), in.indices(at, 6));
        });
    put(
        "scatterAdd",
        in -> {
          long rows = in.extent();
          Tensor source = in.real(Shape.of(rows, in.extent()));
          return in.below(2) == 0
              ? source.scatterAdd(in.indices(Shape.of(rows), 4), 4)
              : in.real(source.shape().with(0, 4))
                  .scatterAdd(0, in.indices(source.shape(), 4), source);
        });
    put(
        "gradients",
        in -> {
          if (in.below(3) == 0) {
            return gradientsOfAttention(in);
          }
          Tensor x = in.real(in.shape(1, 5));
          Tensor w = in.real(in.partner(x.shape()));
          return x.mul(w).tanh().mean().gradients(List.of(w)).getFirst();
        });
  }

  /** Often by one of the three alone, though one kernel computes them all. */
  private static Tensor gradientsOfAttention(Inputs in) {
    Tensor q = in.real(Shape.of(2, 5, 4));
    Tensor k = in.real(Shape.of(2, 3, 4));
    Tensor v = in.real(Shape.of(2, 3, 4));
    Tensor y = Tensor.scaledDotProductAttention(q, k, v, false);
    List<Tensor> by = List.of(q, k, v).subList(in.below(2), 2 + in.below(2));
    return y.square().sum().gradients(by).getFirst();
  }

  private static Tensor attention(Inputs in) {
    Shape shape = in.shape(1, 3).concat(Shape.of(1 + in.below(5)));
    int axis = in.below(shape.rank() - 1);
    Shape keys = shape.with(axis, in.extent());
    Tensor q = in.real(shape);
    Tensor k = in.real(keys);
    Tensor v = in.real(keys);
    return in.below(2) == 0 && axis == shape.rank() - 2
        ? Tensor.scaledDotProductAttention(q, k, v, true)
        : Tensor.scaledDotProductAttention(q, k, v, in.below(2) == 0, axis);
  }
}
