package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A random method on tensors: elementwise chains with broadcasts, reductions along any axes, views,
 * products with something elementwise behind them, attention, rows by index, concatenations, and
 * variables that are read before and after they are replaced, flattened ones too.
 *
 * <p>It is a list of steps, each of which makes one value from earlier ones, so that the first so
 * many of them are a program as well.
 */
final class RandomProgram {
  /** Makes a value, or replaces a variable and makes none. */
  private interface Action {
    Tensor apply(List<Tensor> values);
  }

  private record Step(String description, Action action, Shape shape) {
    @Override
    public String toString() {
      return description + " -> " + shape;
    }
  }

  private static final long[] EXTENTS = {1, 2, 3, 4, 6, 8, 16, 17};

  private final Random random;
  private final List<Shape> inputs = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();
  private final List<Variable> assigned = new ArrayList<>();
  private final boolean wide;

  /**
   * The program of a seed.
   *
   * @param mayBeWide whether an input may be large enough for several threads
   */
  RandomProgram(long seed, boolean mayBeWide) {
    random = new Random(seed);
    wide = random.nextInt(12) == 0 && mayBeWide;
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      Shape shape = Shape.of(extent(), extent(), extent());
      inputs.add(i == 0 && wide ? Shape.of(24, 700) : shape);
      int index = i;
      add("input " + i, values -> values.get(index), inputs.get(i));
    }
    int length = 4 + random.nextInt(22);
    for (int i = 0; i < length; i++) {
      step();
    }
  }

  /** Frees the variables. */
  void close() {
    variables.forEach(Variable::close);
  }

  private long extent() {
    return EXTENTS[random.nextInt(EXTENTS.length)];
  }

  private void add(String description, Action action, Shape shape) {
    steps.add(new Step(steps.size() + ": " + description, action, shape));
  }

  /** The number of an earlier step that made a value. */
  private int pick() {
    int back = Math.min(steps.size(), 1 + random.nextInt(6));
    return steps.size() - back;
  }

  private Shape shapeOf(int step) {
    return steps.get(step).shape;
  }

  private void step() {
    switch (random.nextInt(17)) {
      case 0, 1, 2 -> unary();
      case 3, 4, 5 -> binary();
      case 6, 7 -> reduction();
      case 8 -> view();
      case 9, 10 -> product();
      case 11 -> concat();
      case 12 -> rows();
      case 13 -> attention();
      case 14 -> variable();
      case 15 -> flattened();
      default -> choice();
    }
  }

  // ---------------------------------------------------------------- elementwise

  private record Named(String name, Function<Tensor, Tensor> function) {}

  private static final List<Named> UNARY =
      List.of(
          new Named("tanh", Tensor::tanh),
          new Named("relu", Tensor::relu),
          new Named("sigmoid", Tensor::sigmoid),
          new Named("mul 1", x -> x.mul(1)),
          new Named("div 1", x -> x.div(1)),
          new Named("mul 0.3 add 1", x -> x.mul(0.3).add(1)),
          new Named("gelu", Tensor::gelu),
          new Named("abs sqrt", x -> x.abs().add(0.1).sqrt()),
          new Named("softmax", x -> x.softmax(-1)),
          new Named(
              "normalise", x -> x.sub(x.meanKeep(-1)).div(x.square().meanKeep(-1).add(1).sqrt())),
          new Named("bf16", x -> x.cast(DType.BF16).cast(DType.F32)),
          new Named("f16 sin", x -> x.cast(DType.F16).sin()),
          new Named("integers", x -> x.mul(3).cast(DType.I32).mul(2).cast(DType.F32)),
          new Named("copy", Tensor::copy),
          new Named("straight through", x -> x.square().straightThrough(x)),
          new Named("position", x -> x.add(Tensor.iota(x.shape(), -1).cast(DType.F32).mul(0.1))),
          new Named("constants", x -> x.mul(Tensor.full(x.shape(), 3).div(7).add(0.5).neg())));

  private void unary() {
    int x = pick();
    Named op = UNARY.get(random.nextInt(UNARY.size()));
    if (shapeOf(x).rank() > 0) {
      add(op.name + " of " + x, values -> op.function.apply(values.get(x)), shapeOf(x));
    }
  }

  /** A view of a value that broadcasts with a shape: summed or repeated where it must be. */
  private Tensor fit(Tensor x, Shape shape) {
    Tensor y = x;
    while (y.rank() > shape.rank()) {
      y = y.sum(0);
    }
    for (int i = 1; i <= y.rank(); i++) {
      long extent = y.shape().extent(-i);
      if (extent != 1 && extent != shape.extent(-i)) {
        y = y.sumKeep(-i);
      }
    }
    return y;
  }

  private void binary() {
    int x = pick();
    int y = random.nextInt(steps.size());
    int kind = random.nextInt(5);
    add(
        List.of("add", "sub", "mul", "div", "max").get(kind) + " " + x + ", " + y,
        values -> {
          Tensor a = values.get(x);
          Tensor b = fit(values.get(y), a.shape());
          return switch (kind) {
            case 0 -> a.add(b);
            case 1 -> b.sub(a);
            case 2 -> a.mul(b.tanh());
            case 3 -> a.div(b.abs().add(1));
            default -> a.maximum(b);
          };
        },
        shapeOf(x));
  }

  private void choice() {
    int x = pick();
    int y = random.nextInt(steps.size());
    add(
        "where " + x + ", " + y,
        values -> {
          Tensor a = values.get(x);
          Tensor b = fit(values.get(y), a.shape());
          return Tensor.where(a.lt(b).and(b.gt(-0.5)), a.mul(2), b.neg());
        },
        shapeOf(x));
  }

  // ---------------------------------------------------------------- reductions and views

  private void reduction() {
    int x = pick();
    Shape shape = shapeOf(x);
    int[] axes = IntStream.range(0, shape.rank()).filter(i -> random.nextInt(2) == 0).toArray();
    int kind = random.nextInt(3);
    boolean back = random.nextBoolean();
    if (shape.rank() == 0) {
      return;
    }
    Shape rest = Shape.SCALAR;
    for (int i = 0; i < shape.rank(); i++) {
      int axis = i;
      if (axes.length > 0 && Arrays.stream(axes).noneMatch(a -> a == axis)) {
        rest = rest.concat(Shape.of(shape.extent(i)));
      }
    }
    add(
        List.of("mean", "max", "sum").get(kind)
            + Arrays.toString(axes)
            + (back ? " taken from " : " of ")
            + x,
        values -> {
          Tensor a = values.get(x);
          if (back) {
            return a.sub(kind == 1 ? a.maxKeep(axes) : a.meanKeep(axes));
          }
          return kind == 0 ? a.mean(axes) : kind == 1 ? a.max(axes) : a.mul(0.1).sum(axes);
        },
        back ? shape : rest);
  }

  private void view() {
    int x = pick();
    Shape shape = shapeOf(x);
    if (shape.rank() == 0) {
      return;
    }
    int axis = random.nextInt(shape.rank());
    long extent = shape.extent(axis);
    switch (random.nextInt(4)) {
      case 0 -> {
        long from = random.nextInt((int) extent);
        long step = 1 + random.nextInt(2);
        add(
            "slice " + axis + " from " + from + " step " + step + " of " + x,
            values -> values.get(x).slice(axis, from, extent, step),
            shape.with(axis, Math.ceilDiv(extent - from, step)));
      }
      case 1 ->
          add(
              "reshape to a row of " + x,
              values -> values.get(x).reshape(-1),
              Shape.of(shape.elements()));
      case 2 -> {
        int last = shape.rank() - 1;
        long[] extents = shape.toArray();
        extents[axis] = shape.extent(last);
        extents[last] = extent;
        add(
            "transpose " + axis + " of " + x,
            values -> values.get(x).transpose(axis, last),
            Shape.of(extents));
      }
      default ->
          add(
              "expand of " + x,
              values -> values.get(x).expand(Shape.of(2).concat(shape)),
              Shape.of(2).concat(shape));
    }
  }

  private void concat() {
    int x = pick();
    int y = random.nextInt(steps.size());
    Shape shape = shapeOf(x);
    if (shape.rank() == 0 || shape.elements() > 20000) {
      return;
    }
    int axis = random.nextInt(shape.rank());
    add(
        "concat " + axis + " of " + x + ", " + y + " fitted, " + x,
        values -> {
          Tensor a = values.get(x);
          Tensor b = fit(values.get(y), a.shape()).expand(a.shape()).mul(2);
          return Tensor.concat(axis, a, b, a.tanh());
        },
        shape.with(axis, 3 * shape.extent(axis)));
  }

  // ---------------------------------------------------------------- library operations

  private void product() {
    int x = pick();
    Shape shape = shapeOf(x);
    if (shape.rank() < 2 || shape.elements() > 20000) {
      return;
    }
    long width = shape.extent(-1);
    int kind = random.nextInt(4);
    add(
        "product " + kind + " of " + x + " and its transpose",
        values -> {
          Tensor a = values.get(x);
          Tensor b = a.transpose().matmul(a).mul(1.0 / width);
          return switch (kind) {
            case 0 -> b;
            case 1 -> b.add(a.sum(-2).unsqueeze(-2)).relu();
            case 2 -> b.add(1).gelu().add(b);
            default -> b.softmax(-1).sub(b.mean());
          };
        },
        shape.with(-2, width));
  }

  private void rows() {
    int x = pick();
    Shape shape = shapeOf(x);
    if (shape.rank() != 2 || shape.elements() > 5000) {
      return;
    }
    long entries = shape.extent(0);
    long k = Math.min(3, shape.extent(1));
    add(
        "rows by index of " + x,
        values -> {
          Tensor a = values.get(x);
          Tensor.Top top = a.topK(k);
          Tensor at = top.indices().sub(top.indices()).add((double) (entries - 1));
          Tensor decoded = a.sparseDecode(top.values(), at).add(a);
          return decoded.scatterAdd(at.slice(1, 0, 1).reshape(entries), entries).mul(0.2);
        },
        shape);
  }

  private void attention() {
    int x = pick();
    Shape shape = shapeOf(x);
    if (shape.rank() < 2 || shape.elements() > 5000) {
      return;
    }
    int axis = random.nextInt(shape.rank() - 1);
    boolean causal = random.nextBoolean();
    add(
        "attention along " + axis + " of " + x,
        values -> {
          Tensor a = values.get(x);
          return Tensor.scaledDotProductAttention(a, a.tanh(), a.mul(0.5), causal, axis).add(a);
        },
        shape);
  }

  // ---------------------------------------------------------------- variables

  private Variable make(String name, Shape shape) {
    Variable variable = Variable.zeros(name + variables.size(), shape, DType.F32);
    variables.add(variable);
    return variable;
  }

  /** Reads a variable, replaces it and reads it again. */
  private void variable() {
    int x = pick();
    Shape shape = shapeOf(x);
    Variable v = make("v", shape);
    int kind = random.nextInt(5);
    assigned.add(v);
    add(
        "variable " + v + ", update " + kind + " by " + x,
        values -> {
          Tensor old = read(v);
          Tensor a = values.get(x);
          Tensor wanted =
              switch (kind) {
                case 0 -> old.mul(0.9).add(a);
                case 1 -> a;
                case 2 -> shape.rank() < 2 ? old.add(1) : turned(old).add(a);
                case 3 -> old.maximum(a).sub(old.mean());
                default -> a.mul(0.5);
              };
          v.assign(wanted);
          return random(kind, old, v.value().mul(1));
        },
        shape);
  }

  /** A different element of the old content for each of the new. */
  private static Tensor turned(Tensor old) {
    Tensor flat = old.reshape(-1);
    long n = flat.shape().extent(0);
    return Tensor.concat(0, flat.slice(0, n / 2, n), flat.slice(0, 0, n / 2)).reshape(old.shape());
  }

  private static Tensor random(int kind, Tensor old, Tensor now) {
    return kind % 2 == 0 ? old.add(now.tanh()) : now.sub(old.mul(0.5));
  }

  /** The content as it is now, whatever is assigned later. */
  private static Tensor read(Variable variable) {
    return Trace.current() == null ? variable.value().copy() : variable.value();
  }

  /** Two variables in one piece of memory, replaced as a whole or one by one. */
  private void flattened() {
    int x = pick();
    Shape shape = shapeOf(x);
    if (shape.elements() > 5000) {
      return;
    }
    Variable a = make("a", shape);
    Variable b = make("b", shape);
    Variable flat = Variable.flatten("flat" + variables.size(), List.of(a, b));
    variables.add(flat);
    boolean whole = random.nextBoolean();
    assigned.addAll(List.of(a, b));
    add(
        "flat " + a + ", " + b + (whole ? " as a whole" : " one by one") + " by " + x,
        values -> {
          Tensor value = values.get(x);
          Tensor oldA = read(a);
          Tensor oldB = read(b);
          if (whole) {
            Tensor both = Tensor.concat(0, value.reshape(-1), oldA.reshape(-1).add(0.5));
            flat.assign(read(flat).mul(0.5).add(both));
          } else {
            b.assign(oldA.add(value));
            a.assign(oldB.mul(0.5).add(value));
          }
          return oldA.add(a.value().mul(0.5)).sub(b.value().mul(oldB));
        },
        shape);
  }

  // ---------------------------------------------------------------- running

  int length() {
    return steps.size();
  }

  /** Values for the inputs, different ones for each run. */
  Tensor[] arguments(int run) {
    Random numbers = new Random(1000 + run);
    return inputs.stream()
        .map(
            shape -> {
              float[] values = new float[Math.toIntExact(shape.elements())];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) numbers.nextGaussian();
              }
              return Tensor.of(shape, values);
            })
        .toArray(Tensor[]::new);
  }

  /** Sets the variables to their start. */
  void reset() {
    for (Variable v : variables) {
      int n = Math.toIntExact(v.shape().elements());
      float[] start = new float[n];
      for (int i = 0; i < n; i++) {
        start[i] = (float) StrictMath.sin(i);
      }
      v.assign(Tensor.of(v.shape(), start));
    }
  }

  /** The first so many steps; gives what the last of them and every fifth one made. */
  List<Tensor> run(List<Tensor> arguments, int length) {
    List<Tensor> values = new ArrayList<>(arguments);
    List<Tensor> results = new ArrayList<>();
    for (int i = arguments.size(); i < length; i++) {
      values.add(steps.get(i).action.apply(values));
      if (i == length - 1 || i % 5 == 0) {
        results.add(values.getLast());
      }
    }
    return results.isEmpty() ? List.of(values.getLast().add(1)) : results;
  }

  /** The content of the variables. */
  List<Tensor> state() {
    return assigned.stream().map(Variable::value).toList();
  }

  /** The first so many steps, one a line. */
  String describe(int length) {
    StringBuilder s = new StringBuilder();
    steps.subList(0, length).forEach(step -> s.append("  ").append(step).append('\n'));
    return s.toString();
  }
}
