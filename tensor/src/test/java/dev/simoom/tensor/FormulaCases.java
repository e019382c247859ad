package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What methods that are written with other operations should give, in plain double code: a random
 * use of each, and each element of its result by its coordinates.
 */
final class FormulaCases {
  /** An element of a result. */
  interface Element {
    double at(long... coordinates);
  }

  /** What a method gave and what is right. */
  record Result(Tensor actual, Shape shape, Element element) {}

  private static final Map<String, Function<Inputs, Result>> CASES = new LinkedHashMap<>();

  private FormulaCases() {}

  static Map<String, Function<Inputs, Result>> all() {
    return CASES;
  }

  /** The elements of a tensor by their coordinates, read once. */
  private record Elements(Shape shape, float... values) implements Element {
    @Override
    public double at(long... coordinates) {
      return values[DoubleLibrary.position(shape, coordinates)];
    }
  }

  private static Elements elements(Tensor x) {
    return new Elements(x.shape(), x.toFloatArray());
  }

  private static long[] with(long[] at, int axis, long coordinate) {
    long[] changed = at.clone();
    changed[axis] = coordinate;
    return changed;
  }

  private static int counted(int axis, Shape shape) {
    return axis < 0 ? axis + shape.rank() : axis;
  }

  // ---------------------------------------------------------------- element by element

  private static void unary(String method, UnaryOperator<Tensor> use, DoubleUnaryOperator meaning) {
    CASES.put(
        method,
        in -> {
          Tensor x = in.stored(in.shape()).mul(in.below(3) == 0 ? 4 : 1);
          Element e = elements(x);
          return new Result(use.apply(x), x.shape(), at -> meaning.applyAsDouble(e.at(at)));
        });
  }

  /** The series of {@code sqrt(pi)/2 e^(x^2) erf(x)}, whose terms all have one sign. */
  static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  static {
    unary("erf", Tensor::erf, FormulaCases::erf);
    unary("geluExact", Tensor::geluExact, x -> x / 2 * (1 + erf(x / Math.sqrt(2))));
    unary("sign", Tensor::sign, Math::signum);
    unary("floor", Tensor::floor, Math::floor);
    unary("ceil", Tensor::ceil, Math::ceil);
    unary("round", x -> x.mul(2).round().mul(0.5), x -> Math.rint(2 * x) / 2);
    unary("isNaN", x -> x.log().isNaN(), x -> x < 0 ? 1 : 0);
    unary("isFinite", x -> x.log().isFinite(), x -> x <= 0 ? 0 : 1);
    CASES.put(
        "xor",
        in -> {
          Shape shape = in.shape();
          Tensor a = in.truths(shape);
          Tensor b = in.truths(shape);
          Element first = elements(a);
          Element second = elements(b);
          return new Result(a.xor(b), shape, at -> first.at(at) == second.at(at) ? 0 : 1);
        });
  }

  // ---------------------------------------------------------------- rows to one number

  private static void statistic(
      String method,
      BiFunction<Tensor, int[], Tensor> use,
      Function<Inputs, Function<Shape, Tensor>> input,
      ToDoubleFunction<double[]> meaning) {
    CASES.put(
        method,
        in -> {
          Tensor x = input.apply(in).apply(in.shape(0, 4));
          Elements e = elements(x);
          int[] axes = in.axes(x.shape());
          boolean[] gone = new boolean[x.rank()];
          for (int i = 0; i < gone.length; i++) {
            int axis = i;
            gone[i] = axes.length == 0 || Arrays.stream(axes).anyMatch(a -> a == axis);
          }
          int[] kept = IntStream.range(0, x.rank()).filter(i -> !gone[i]).toArray();
          long[] extents = Arrays.stream(kept).mapToLong(i -> x.shape().extent(i)).toArray();
          return new Result(
              use.apply(x, axes), Shape.of(extents), at -> meaning.applyAsDouble(row(e, kept, at)));
        });
  }

  /** All elements whose coordinates along some axes are given. */
  private static double[] row(Elements x, int[] axes, long... coordinates) {
    List<Double> row = new ArrayList<>();
    for (int i = 0; i < x.values.length; i++) {
      long[] there = DoubleLibrary.coordinates(x.shape, i);
      if (IntStream.range(0, axes.length).allMatch(k -> there[axes[k]] == coordinates[k])) {
        row.add((double) x.values[i]);
      }
    }
    return row.stream().mapToDouble(d -> d).toArray();
  }

  private static double logSumExp(double... x) {
    double largest = Arrays.stream(x).max().orElse(0);
    return largest + Math.log(Arrays.stream(x).map(v -> Math.exp(v - largest)).sum());
  }

  private static double variance(double correction, double... x) {
    double mean = Arrays.stream(x).sum() / x.length;
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    return squares / Math.max(0, x.length - correction);
  }

  private static double largest(double... x) {
    return Arrays.stream(x).map(Math::abs).max().orElse(0);
  }

  static {
    statistic("logSumExp", Tensor::logSumExp, in -> in::stored, FormulaCases::logSumExp);
    statistic("var", Tensor::var, in -> in::stored, x -> variance(1, x));
    statistic("std", (x, axes) -> x.std(axes, 0.5), in -> in::real, x -> sqrtOfVariance(x));
    statistic(
        "prod", Tensor::prod, in -> in::real, x -> DoubleStream.of(x).reduce(1, (a, b) -> a * b));
    statistic(
        "norm",
        (x, axes) ->
            x.norm(1, axes).add(x.norm(2, axes)).add(x.norm(Double.POSITIVE_INFINITY, axes)),
        in -> in::stored,
        x ->
            Arrays.stream(x).map(Math::abs).sum()
                + Math.sqrt(Arrays.stream(x).map(v -> v * v).sum())
                + largest(x));
    statistic(
        "any", Tensor::any, in -> in::truths, x -> Arrays.stream(x).anyMatch(v -> v == 1) ? 1 : 0);
    statistic(
        "all", Tensor::all, in -> in::truths, x -> Arrays.stream(x).allMatch(v -> v == 1) ? 1 : 0);
  }

  private static double sqrtOfVariance(double... x) {
    return Math.sqrt(variance(0.5, x));
  }

  // ---------------------------------------------------------------- along an axis

  /** What stands along an axis through a coordinate. */
  private static double[] line(Elements x, int axis, long... at) {
    return IntStream.range(0, (int) x.shape.extent(axis))
        .mapToDouble(i -> x.at(with(at, axis, i)))
        .toArray();
  }

  private interface Line {
    double at(double[] line, long coordinate);
  }

  /**
   * A method that makes a line of each line along an axis; few different numbers, so some equal.
   */
  private static void lines(String method, BiFunction<Tensor, Integer, Tensor> use, Line meaning) {
    CASES.put(
        method,
        in -> {
          Shape shape = in.shape(1, 4);
          int axis = in.axis(shape);
          Tensor x = in.of(DType.I32, shape, -3, 4).cast(DType.F32).mul(0.5);
          int a = counted(axis, shape);
          Tensor y = use.apply(x, axis);
          Elements e = elements(x);
          Shape result = shape.with(a, y.shape().extent(a));
          return new Result(y, result, at -> meaning.at(line(e, a, at), at[a]));
        });
  }

  private static void position(
      String method, BiFunction<Tensor, Integer, Tensor> use, ToDoubleFunction<double[]> extreme) {
    CASES.put(
        method,
        in -> {
          Shape any = in.shape(1, 4);
          int axis = in.axis(any);
          int a = counted(axis, any);
          Shape shape = any.with(a, Math.max(1, any.extent(a)));
          Tensor x = in.of(DType.I32, shape, -3, 4);
          Elements e = elements(x);
          return new Result(
              use.apply(x, axis),
              shape.without(a, a + 1),
              at -> {
                double[] line = line(e, a, inserted(at, a));
                double best = extreme.applyAsDouble(line);
                return IntStream.range(0, line.length)
                    .filter(i -> line[i] == best)
                    .min()
                    .orElse(-1);
              });
        });
  }

  private static long[] inserted(long[] at, int axis) {
    long[] longer = new long[at.length + 1];
    System.arraycopy(at, 0, longer, 0, axis);
    System.arraycopy(at, axis, longer, axis + 1, at.length - axis);
    return longer;
  }

  private static int place(double[] line, boolean descending, long rank) {
    return IntStream.range(0, line.length)
        .boxed()
        .sorted(
            (i, j) ->
                Double.compare(descending ? line[j] : line[i], descending ? line[i] : line[j]))
        .skip(rank)
        .findFirst()
        .orElseThrow();
  }

  private static double product(double[] line, long to) {
    return Arrays.stream(line, 0, (int) to + 1).reduce(1, (a, b) -> a * b);
  }

  private static double inside(double[] line, long at, double otherwise) {
    return at < 0 || at >= line.length ? otherwise : line[(int) at];
  }

  static {
    position("argmax", Tensor::argmax, line -> Arrays.stream(line).max().orElse(0));
    position("argmin", Tensor::argmin, line -> Arrays.stream(line).min().orElse(0));
    lines("cumsum", Tensor::cumsum, (line, to) -> Arrays.stream(line, 0, (int) to + 1).sum());
    lines("cumprod", Tensor::cumprod, FormulaCases::product);
    lines(
        "sort",
        (x, axis) -> x.sort(axis, false).values(),
        (line, rank) -> line[place(line, false, rank)]);
    lines(
        "argsort",
        (x, axis) -> x.argsort(axis, false).mul(100).add(x.argsort(axis, true)),
        (line, rank) -> 100 * place(line, false, rank) + place(line, true, rank));
    lines("pad", (x, axis) -> x.pad(axis, 2, 3, 1.5), (line, to) -> inside(line, to - 2, 1.5));
    lines("flip", (x, axis) -> x.flip(axis), (line, to) -> line[(int) (line.length - 1 - to)]);
    lines(
        "roll",
        (x, axis) -> x.roll(axis, 3),
        (line, to) -> line[(int) Math.floorMod(to - 3, (long) line.length)]);
    lines(
        "split",
        (x, axis) -> scaled(axis, x.split(axis, 2)),
        (line, to) -> line[(int) to] * (to / 2));
    lines("chunk", (x, axis) -> scaled(axis, x.chunk(axis, 3)), FormulaCases::chunked);
  }

  /** Parts, each multiplied by its number, one behind the other. */
  private static Tensor scaled(int axis, List<Tensor> parts) {
    return Tensor.concat(
        axis, IntStream.range(0, parts.size()).mapToObj(i -> parts.get(i).mul(i)).toList());
  }

  private static double chunked(double[] line, long to) {
    return line[(int) to] * (to / ((line.length + 2) / 3));
  }

  // ---------------------------------------------------------------- places and indices

  static {
    CASES.put(
        "stack",
        in -> {
          Shape shape = in.shape(0, 3);
          List<Tensor> parts = List.of(in.real(shape), in.real(shape), in.real(shape));
          List<Elements> e = parts.stream().map(FormulaCases::elements).toList();
          int axis = in.below(2 * shape.rank() + 2) - shape.rank() - 1;
          int at = axis < 0 ? axis + shape.rank() + 1 : axis;
          Shape result = shape.leading(at).concat(Shape.of(3)).concat(shape.without(0, at));
          return new Result(
              Tensor.stack(axis, parts), result, c -> e.get((int) c[at]).at(removed(c, at)));
        });
    CASES.put(
        "repeat",
        in -> {
          Tensor x = in.any(in.shape(2, 2));
          long[] times = {2, in.below(3), 1 + in.below(3)};
          Shape s = x.shape();
          Element e = elements(x);
          return new Result(
              x.repeat(times),
              Shape.of(2, times[1] * s.extent(0), times[2] * s.extent(1)),
              at -> e.at(at[1] % s.extent(0), at[2] % s.extent(1)));
        });
    CASES.put("tril", in -> triangle(in, true));
    CASES.put("triu", in -> triangle(in, false));
    CASES.put(
        "oneHot",
        in -> {
          Tensor x = in.of(DType.I32, in.shape(0, 3), -1, 6);
          Element e = elements(x);
          return new Result(
              x.oneHot(5),
              x.shape().concat(Shape.of(5)),
              at -> e.at(removed(at, x.rank())) == at[x.rank()] ? 1 : 0);
        });
    CASES.put("gather", FormulaCases::gathered);
    CASES.put("scatterAdd", FormulaCases::scattered);
    CASES.put("indexSelect", in -> indexed(in, false));
    CASES.put("indexAdd", in -> indexed(in, true));
    CASES.put("indexPut", FormulaCases::put);
    CASES.put("einsum", FormulaCases::einsum);
  }

  private static long[] removed(long[] at, int axis) {
    return IntStream.range(0, at.length).filter(i -> i != axis).mapToLong(i -> at[i]).toArray();
  }

  private static Result triangle(Inputs in, boolean lower) {
    Tensor x = in.any(in.shape(2, 4));
    int diagonal = in.below(5) - 2;
    int r = x.rank();
    Element e = elements(x);
    return new Result(
        lower ? x.tril(diagonal) : x.triu(diagonal),
        x.shape(),
        at -> {
          long above = at[r - 1] - at[r - 2] - diagonal;
          return (lower ? above <= 0 : above >= 0) ? e.at(at) : 0;
        });
  }

  /** A shape with some extent along an axis and all others cut by at most one. */
  private static Shape within(Inputs in, Shape whole, int axis) {
    long[] extents = whole.toArray();
    for (int i = 0; i < extents.length; i++) {
      extents[i] = i == axis ? in.extent() : Math.max(0, extents[i] - in.below(2));
    }
    return Shape.of(extents);
  }

  private static Result gathered(Inputs in) {
    Shape any = in.shape(1, 3);
    int axis = in.axis(any);
    int a = counted(axis, any);
    Tensor x = in.any(any.with(a, 4));
    Tensor indices = in.indices(within(in, x.shape(), a), 4);
    Element e = elements(x);
    Element index = elements(indices);
    return new Result(
        x.gather(axis, indices), indices.shape(), at -> e.at(with(at, a, (long) index.at(at))));
  }

  private static Result scattered(Inputs in) {
    Shape any = in.shape(1, 3);
    int axis = in.axis(any);
    int a = counted(axis, any);
    Tensor x = in.real(any.with(a, 4));
    Tensor indices = in.indices(within(in, x.shape(), a), 4);
    Tensor source = in.real(indices.shape());
    Element e = elements(x);
    Element index = elements(indices);
    Element added = elements(source);
    return new Result(
        x.scatterAdd(axis, indices, source),
        x.shape(),
        at -> {
          double sum = e.at(at);
          for (int i = 0; i < indices.shape().elements(); i++) {
            long[] from = DoubleLibrary.coordinates(indices.shape(), i);
            boolean hits = Arrays.equals(at, with(from, a, (long) index.at(from)));
            sum += hits ? added.at(from) : 0;
          }
          return sum;
        });
  }

  private static Result indexed(Inputs in, boolean adds) {
    Shape any = in.shape(1, 3);
    int axis = in.axis(any);
    int a = counted(axis, any);
    Tensor x = adds ? in.real(any.with(a, 4)) : in.any(any.with(a, 4));
    int[] at = in.indices(Shape.of(in.extent()), 4).toIntArray();
    Tensor indices = Tensor.ofInts(Shape.of(at.length), at);
    Shape chosen = x.shape().with(a, at.length);
    Element e = elements(x);
    if (!adds) {
      return new Result(
          x.indexSelect(axis, indices), chosen, c -> e.at(with(c, a, at[(int) c[a]])));
    }
    Tensor source = in.real(chosen);
    Element added = elements(source);
    return new Result(
        x.indexAdd(axis, indices, source),
        x.shape(),
        c ->
            e.at(c)
                + IntStream.range(0, at.length)
                    .filter(i -> at[i] == c[a])
                    .mapToDouble(i -> added.at(with(c, a, i)))
                    .sum());
  }

  private static Result put(Inputs in) {
    Shape any = in.shape(1, 3);
    int axis = in.axis(any);
    int a = counted(axis, any);
    Tensor x = in.real(any.with(a, 4));
    int[] at = in.indices(Shape.of(in.extent()), 4).toIntArray();
    Tensor source = in.real(x.shape().with(a, at.length));
    Element old = elements(x);
    Element fresh = elements(source);
    return new Result(
        x.indexPut(axis, Tensor.ofInts(Shape.of(at.length), at), source),
        x.shape(),
        c -> {
          int[] from = IntStream.range(0, at.length).filter(i -> at[i] == c[a]).toArray();
          return from.length == 0
              ? old.at(c)
              : IntStream.of(from).mapToDouble(i -> fresh.at(with(c, a, i))).sum();
        });
  }

  private static final List<String> EQUATIONS =
      List.of(
          "ij->ji",
          "ij->",
          "ij",
          "ijk->j",
          "ij,jk->ik",
          "ij,jk",
          "bij,bjk->bik",
          "i,j->ij",
          "i,i->",
          "ij,ij->i",
          "bhqd,bhkd->bhqk",
          "bi,ij,bj->b",
          "ab,bc,cd->da",
          "i,j,k->kj",
          " ij , kj -> i k ",
          "ijk,k->ij",
          "ij,k->ik");

  /** Sums over every way to give letters a coordinate. */
  private static Result einsum(Inputs in) {
    String equation = EQUATIONS.get(in.below(EQUATIONS.size()));
    String[] sides = equation.replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",");
    String letters = distinct(sides[0].replace(",", ""));
    String result = sides.length == 2 ? sides[1] : once(sides[0]);
    long[] extents = letters.chars().mapToLong(c -> in.extent() % 7).toArray();
    Function<String, Shape> shape =
        term -> Shape.of(term.chars().mapToLong(c -> extents[letters.indexOf(c)]).toArray());
    Tensor[] operands =
        Arrays.stream(terms).map(t -> in.stored(shape.apply(t))).toArray(Tensor[]::new);
    List<Elements> e = Arrays.stream(operands).map(FormulaCases::elements).toList();
    return new Result(
        Tensor.einsum(equation, operands),
        shape.apply(result),
        at -> {
          double sum = 0;
          Shape all = Shape.of(extents);
          for (int i = 0; i < all.elements(); i++) {
            long[] c = DoubleLibrary.coordinates(all, i);
            Function<String, long[]> of =
                term -> term.chars().mapToLong(l -> c[letters.indexOf(l)]).toArray();
            double product = Arrays.equals(of.apply(result), at) ? 1 : 0;
            for (int k = 0; k < terms.length && product != 0; k++) {
              product *= e.get(k).at(of.apply(terms[k]));
            }
            sum += product;
          }
          return sum;
        });
  }

  private static String distinct(String letters) {
    StringBuilder seen = new StringBuilder();
    letters.chars().distinct().sorted().forEach(c -> seen.append((char) c));
    return seen.toString();
  }

  private static String once(String terms) {
    StringBuilder once = new StringBuilder();
    distinct(terms.replace(",", ""))
        .chars()
        .filter(c -> terms.indexOf(c) == terms.lastIndexOf(c))
        .forEach(c -> once.append((char) c));
    return once.toString();
  }
}
