package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The operations behind {@link Tensor}: shapes and types are checked here, once. */
final class Ops {
  private Ops() {}

  static IllegalArgumentException bad(String op, String complaint, Tensor... operands) {
    StringBuilder s = new StringBuilder(op).append(": ").append(complaint).append("; got ");
    for (int i = 0; i < operands.length; i++) {
      s.append(i == 0 ? "" : ", ").append(operands[i].dtype()).append(operands[i].shape());
    }
    return new IllegalArgumentException(s.toString());
  }

  /** The shape of a result, refused in the name of the operation if it is absurd. */
  static Shape resultShape(String op, long[] extents, Tensor... operands) {
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw bad(op, e.getMessage(), operands);
    }
  }

  /** The number of an axis counted from 0. */
  static int axis(String op, Tensor x, int axis) {
    if (axis < -x.rank() || axis >= x.rank()) {
      String range = x.rank() == 0 ? "has none" : "has " + -x.rank() + " to " + (x.rank() - 1);
      throw bad(op, "there is no axis " + axis + ", the tensor " + range, x);
    }
    return axis < 0 ? axis + x.rank() : axis;
  }

  /** A constant that can meet a tensor in an operation. */
  static Tensor like(Tensor tensor, double value) {
    return Tensor.full(Shape.SCALAR, tensor.dtype().computeType(), value);
  }

  /** Refuses what is no real number in the name of an operation that is written with others. */
  static void requireReal(String op, Tensor x) {
    if (!x.dtype().isFloating()) {
      throw bad(op, wanted(ScalarOp.EXP), x);
    }
  }

  /** Refuses truth values in the name of an operation that is written with others. */
  static void requireNumbers(String op, Tensor x) {
    if (x.dtype() == DType.BOOL) {
      throw bad(op, wanted(ScalarOp.NEG), x);
    }
  }

  static Tensor pointwise(ScalarOp op, Tensor... operands) {
    String name = new Op.Pointwise(op).label();
    Shape shape = Shape.SCALAR;
    Tensor[] same = new Tensor[operands.length];
    List<DType> types = new ArrayList<>();
    try {
      for (Tensor operand : operands) {
        shape = Shape.broadcast(shape, operand.shape());
      }
    } catch (IllegalArgumentException e) {
      throw bad(name, e.getMessage(), operands);
    }
    for (int i = 0; i < operands.length; i++) {
      same[i] = expand(name, widen(operands[i]), shape);
      types.add(same[i].dtype());
    }
    DType result;
    try {
      result = op.resultType(types);
    } catch (IllegalArgumentException e) {
      throw bad(name, wanted(op), operands);
    }
    return Recorder.record(new Op.Pointwise(op), shape, result, same);
  }

  private static String wanted(ScalarOp op) {
    return switch (op) {
      case AND, OR, NOT -> "truth values (BOOL) are needed";
      case SELECT -> "a BOOL condition and two alternatives of one type are needed";
      case ADD, SUB, MUL, MIN, MAX, LT, LE, GT, GE, EQ, NE ->
          "two numbers of one type are needed (cast one)";
      case NEG, ABS -> "numbers are needed (cast to F32 or I32)";
      case UNPACK_SIGNED, UNPACK_UNSIGNED -> "integers are needed";
      default -> "real numbers are needed (cast to F32)";
    };
  }

  /** Storage types take part in arithmetic as F32. */
  private static Tensor widen(Tensor tensor) {
    return tensor.dtype() == tensor.dtype().computeType() ? tensor : cast(tensor, DType.F32);
  }

  static Tensor cast(Tensor x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    if (x.dtype().isFloating() && to.isFloating()) {
      return Recorder.record(new Op.Convert(to), x.shape(), to, x);
    }
    Tensor wide = widen(x);
    ScalarOp op =
        switch (to) {
          case I32 -> ScalarOp.TO_I32;
          case BOOL -> ScalarOp.TO_BOOL;
          case F32, F16, BF16 -> ScalarOp.TO_F32;
        };
    return cast(
        Recorder.record(
            new Op.Pointwise(op), x.shape(), op.resultType(List.of(wide.dtype())), wide),
        to);
  }

  static Tensor pow(Tensor x, double exponent) {
    if (exponent < 0) {
      return like(x, 1).div(pow(x, -exponent));
    }
    if (exponent == 0.5) {
      return x.sqrt();
    }
    if (exponent != Math.rint(exponent) || exponent > 64) {
      return x.log().mul(exponent).exp();
    }
    if (exponent == 0) {
      return Tensor.full(x.shape(), 1);
    }
    Tensor half = pow(x, Math.floor(exponent / 2));
    Tensor even = exponent < 2 ? x : half.mul(half);
    return exponent >= 2 && exponent % 2 == 1 ? even.mul(x) : even;
  }

  static Tensor expand(String op, Tensor x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    boolean fits;
    try {
      fits = Shape.broadcast(x.shape(), shape).equals(shape);
    } catch (IllegalArgumentException e) {
      fits = false;
    }
    if (!fits) {
      throw bad(op, "cannot be expanded to " + shape, x);
    }
    return Recorder.record(new Op.Expand(shape), shape, x.dtype(), x);
  }

  static Tensor reshape(Tensor x, long... extents) {
    long[] wanted = extents.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] != -1) {
        known *= wanted[i];
      } else if (open < 0) {
        open = i;
      } else {
        throw bad("reshape", "at most one extent of " + Arrays.toString(extents) + " may be -1", x);
      }
    }
    if (open >= 0 && known > 0 && x.shape().elements() % known == 0) {
      wanted[open] = x.shape().elements() / known;
    }
    Shape shape;
    try {
      shape = Shape.of(wanted);
    } catch (IllegalArgumentException e) {
      throw bad("reshape", "cannot become " + Arrays.toString(extents), x);
    }
    if (shape.elements() != x.shape().elements()) {
      throw bad("reshape", "cannot become " + Arrays.toString(extents), x);
    }
    return shape.equals(x.shape())
        ? x
        : Recorder.record(new Op.Reshape(shape), shape, x.dtype(), x);
  }

  static Tensor permute(Tensor x, int... order) {
    List<Integer> axes = new ArrayList<>();
    long[] extents = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      axes.add(axis("permute", x, order[i]));
      extents[i] = x.shape().extent(order[i]);
    }
    if (order.length != x.rank() || axes.stream().distinct().count() != order.length) {
      throw bad("permute", Arrays.toString(order) + " is not an order of the axes", x);
    }
    return Recorder.record(new Op.Permute(axes), Shape.of(extents), x.dtype(), x);
  }

  static Tensor slice(Tensor x, int axis, long from, long to, long step) {
    int a = axis("slice", x, axis);
    long extent = x.shape().extent(a);
    long start = from < 0 ? from + extent : from;
    long end = to < 0 ? to + extent : to;
    if (start < 0 || end < start || end > extent || step < 1) {
      throw bad(
          "slice", from + " to " + to + " step " + step + " of axis " + axis + " is not inside", x);
    }
    Op.Slice op = new Op.Slice(a, start, end, step);
    return Recorder.record(op, x.shape().with(a, Math.ceilDiv(end - start, step)), x.dtype(), x);
  }

  static Tensor concat(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("concat: no tensors");
    }
    Tensor first = parts.getFirst();
    int a = axis("concat", first, axis);
    long extent = 0;
    for (Tensor part : parts) {
      if (part.rank() != first.rank()
          || part.dtype() != first.dtype()
          || !part.shape().with(a, 1).equals(first.shape().with(a, 1))) {
        throw bad("concat", "types and shapes must agree but along axis " + axis, first, part);
      }
      extent += part.shape().extent(a);
    }
    Shape shape = first.shape().with(a, extent);
    return Recorder.record(new Op.Concat(a), shape, first.dtype(), parts.toArray(Tensor[]::new));
  }

  // ---------------------------------------------------------------- reductions

  /** Which axes are meant: those given, or all where none is. */
  static boolean[] chosen(String op, Tensor x, int... axes) {
    boolean[] chosen = new boolean[x.rank()];
    for (int axis : axes) {
      chosen[axis(op, x, axis)] = true;
    }
    if (axes.length == 0) {
      Arrays.fill(chosen, true);
    }
    return chosen;
  }

  static Tensor reduce(Reduction reduction, Tensor x, int[] axes, boolean keep) {
    return reduce(new Op.Reduce(reduction, 0, 0).label(), reduction, x, axes, keep);
  }

  static Tensor reduce(String op, Reduction reduction, Tensor x, int[] axes, boolean keep) {
    boolean[] gone = chosen(op, x, axes);
    Tensor value = widen(x);
    if (value.dtype() == DType.BOOL) {
      throw bad(op, "truth values cannot be reduced; cast them", x);
    }
    Shape kept = x.shape();
    for (int end = x.rank(); end > 0; end--) {
      if (gone[end - 1]) {
        int from = end - 1;
        while (from > 0 && gone[from - 1]) {
          from--;
        }
        value = reduceBlock(reduction, value, from, end);
        for (int i = from; i < end; i++) {
          kept = kept.with(i, 1);
        }
        end = from + 1;
      }
    }
    return keep ? value.reshape(kept) : value;
  }

  private static Tensor reduceBlock(Reduction reduction, Tensor x, int from, int to) {
    Shape shape = x.shape().without(from, to);
    if (x.shape().elements() == shape.elements()) {
      return x.reshape(shape);
    }
    if (x.shape().elements() == 0) {
      double identity = x.dtype() == DType.I32 ? reduction.integerIdentity() : reduction.identity();
      return Tensor.full(shape, x.dtype(), identity);
    }
    boolean lastInFact = x.shape().without(0, to).elements() == 1;
    Tensor operand = lastInFact ? x.reshape(x.shape().leading(to)) : x;
    Shape result = operand.shape().without(from, to);
    return Recorder.record(new Op.Reduce(reduction, from, to), result, x.dtype(), operand)
        .reshape(shape);
  }

  static Tensor mean(Tensor x, int[] axes, boolean keep) {
    Tensor sum = reduce(Reduction.SUM, x.dtype().isFloating() ? x : x.cast(DType.F32), axes, keep);
    return sum.mul((double) sum.shape().elements() / x.shape().elements());
  }
}
