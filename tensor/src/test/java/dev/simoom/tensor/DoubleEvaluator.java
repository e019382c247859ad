package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.graph.Layout;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import dev.simoom.tensor.graph.StateSlot;
import dev.simoom.tensor.graph.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The meaning of a graph, worked out in double, one operation after the other and one element after
 * the other: the oracle for what tensors compute and for their gradients.
 *
 * <p>Nothing is rounded but for conversions to a storage type, and those only on request, since a
 * function with steps has no finite differences.
 */
final class DoubleEvaluator {
  private final List<double[]> arguments;
  private final Map<StateSlot, double[]> state;
  private final boolean rounds;
  private final Map<Node, double[][]> known = new IdentityHashMap<>();

  DoubleEvaluator(List<double[]> arguments, boolean rounds) {
    this(arguments, Map.of(), rounds);
  }

  DoubleEvaluator(List<double[]> arguments, Map<StateSlot, double[]> state, boolean rounds) {
    this.arguments = arguments;
    this.state = state;
    this.rounds = rounds;
  }

  /** The elements of a tensor in row-major order. */
  double[] value(Tensor tensor) {
    return value(tensor.node());
  }

  double[] value(Node root) {
    List<Node> stack = new ArrayList<>(List.of(root));
    while (!stack.isEmpty()) {
      Node node = stack.getLast();
      List<Node> missing = node.inputs().stream().filter(n -> !known.containsKey(n)).toList();
      if (missing.isEmpty() || known.containsKey(node) || node.stored() != null) {
        stack.removeLast();
        known.computeIfAbsent(node, this::evaluate);
      } else {
        stack.addAll(missing);
      }
    }
    return known.get(root)[0];
  }

  private double[][] evaluate(Node node) {
    if (node.stored() != null) {
      return new double[][] {read(node)};
    }
    List<double[]> x = node.inputs().stream().map(n -> known.get(n)[0]).toList();
    return switch (node.op()) {
      case Op.Attend attend -> DoubleLibrary.attend(attend, node, x);
      case Op.AttendGradient gradient -> DoubleLibrary.attendGradient(gradient, node, x);
      case Op.SelectTop(long k) -> DoubleLibrary.top(node.input(0).shape(), k, x.getFirst());
      case Op.Output(int index) -> new double[][] {known.get(node.input(0))[index]};
      default -> new double[][] {single(node, x)};
    };
  }

  private double[] single(Node node, List<double[]> x) {
    int n = Math.toIntExact(node.elements());
    return switch (node.op()) {
      case Op.Argument(int index) -> arguments.get(index);
      case Op.Window(int index, Layout layout) ->
          gather(arguments.get(index), node.shape(), layout.strides(), layout.offset());
      case Op.Data unused -> throw new IllegalStateException("data without memory: " + node);
      case Op.Read(StateSlot slot) -> state.containsKey(slot) ? state.get(slot) : read(slot);
      case Op.Fill(double value) -> filled(n, node.dtype().isFloating() ? value : (int) value);
      case Op.Iota(int axis) ->
          elements(node.shape(), i -> DoubleLibrary.coordinates(node.shape(), i)[axis]);
      case Op.Pointwise(ScalarOp op) -> pointwise(op, node.dtype(), n, x);
      case Op.Convert(DType type) -> rounds ? map(x.getFirst(), type) : x.getFirst();
      case Op.Reduce(Reduction reduction, int from, int to) ->
          reduce(reduction, node, from, to, x.getFirst());
      case Op.Reshape unused -> x.getFirst();
      case Op.StopGradient unused -> x.getFirst();
      case Op.StraightThrough unused -> x.getFirst();
      case Op.Materialize unused -> x.getFirst();
      case Op.Permute(List<Integer> order) -> permute(node, order, x.getFirst());
      case Op.Expand unused -> expand(node, x.getFirst());
      case Op.Slice slice -> slice(node, slice, x.getFirst());
      case Op.Concat(int axis) -> concat(node, axis, x);
      default -> DoubleLibrary.rowsOf(node, x);
    };
  }

  private static double[] filled(int n, double value) {
    double[] y = new double[n];
    Arrays.fill(y, value);
    return y;
  }

  private interface At {
    double at(int index);
  }

  private static double[] elements(Shape shape, At at) {
    double[] y = new double[Math.toIntExact(shape.elements())];
    for (int i = 0; i < y.length; i++) {
      y[i] = at.at(i);
    }
    return y;
  }

  private static double[] map(double[] x, DType type) {
    return Arrays.stream(x).map(v -> round(v, type)).toArray();
  }

  /** To the nearest number of a storage type. */
  static double round(double value, DType type) {
    return switch (type) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case BF16 -> {
        int bits = Float.floatToIntBits((float) value);
        boolean finite = (bits & 0x7f800000) != 0x7f800000;
        int rounded = finite ? bits + 0x7fff + (bits >>> 16 & 1) : bits;
        yield Float.intBitsToFloat(rounded & 0xffff0000);
      }
      default -> value;
    };
  }

  private static double[] pointwise(ScalarOp op, DType dtype, int n, List<double[]> x) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double a = x.get(0)[i];
      double b = x.size() > 1 ? x.get(1)[i] : 0;
      double c = x.size() > 2 ? x.get(2)[i] : 0;
      if (dtype == DType.I32 && op == ScalarOp.MUL) {
        y[i] = (int) a * (int) b;
      } else {
        double value = op.apply(a, b, c);
        y[i] = dtype == DType.I32 ? (int) (long) value : value;
      }
    }
    return y;
  }

  private static double[] reduce(Reduction reduction, Node node, int from, int to, double[] x) {
    Shape shape = node.input(0).shape();
    boolean integer = node.dtype() == DType.I32;
    double[] y =
        filled(
            Math.toIntExact(node.elements()),
            integer ? reduction.integerIdentity() : reduction.identity());
    for (int i = 0; i < x.length; i++) {
      long[] at = DoubleLibrary.coordinates(shape, i);
      long position = 0;
      for (int axis = 0; axis < at.length; axis++) {
        if (axis < from || axis >= to) {
          position = position * shape.extent(axis) + at[axis];
        }
      }
      double combined = reduction.combine(y[(int) position], x[i]);
      y[(int) position] = integer ? (int) (long) combined : combined;
    }
    return y;
  }

  // ---------------------------------------------------------------- rearrangements

  private static double[] permute(Node node, List<Integer> order, double[] x) {
    Shape from = node.input(0).shape();
    return elements(
        node.shape(),
        i -> {
          long[] at = DoubleLibrary.coordinates(node.shape(), i);
          long[] there = new long[at.length];
          for (int axis = 0; axis < at.length; axis++) {
            there[order.get(axis)] = at[axis];
          }
          return x[DoubleLibrary.position(from, there)];
        });
  }

  private static double[] expand(Node node, double[] x) {
    Shape from = node.input(0).shape();
    int added = node.shape().rank() - from.rank();
    return elements(
        node.shape(),
        i -> {
          long[] at = DoubleLibrary.coordinates(node.shape(), i);
          long[] there = new long[from.rank()];
          for (int axis = 0; axis < there.length; axis++) {
            there[axis] = from.extent(axis) == 1 ? 0 : at[axis + added];
          }
          return x[DoubleLibrary.position(from, there)];
        });
  }

  private static double[] slice(Node node, Op.Slice slice, double[] x) {
    return elements(
        node.shape(),
        i -> {
          long[] at = DoubleLibrary.coordinates(node.shape(), i);
          at[slice.axis()] = slice.from() + slice.step() * at[slice.axis()];
          return x[DoubleLibrary.position(node.input(0).shape(), at)];
        });
  }

  private static double[] concat(Node node, int axis, List<double[]> x) {
    double[] y = new double[Math.toIntExact(node.elements())];
    long start = 0;
    for (int part = 0; part < x.size(); part++) {
      Shape from = node.input(part).shape();
      for (int i = 0; i < x.get(part).length; i++) {
        long[] at = DoubleLibrary.coordinates(from, i);
        at[axis] += start;
        y[DoubleLibrary.position(node.shape(), at)] = x.get(part)[i];
      }
      start += from.extent(axis);
    }
    return y;
  }

  // ---------------------------------------------------------------- memory

  private static double[] gather(double[] x, Shape shape, List<Long> strides, long offset) {
    return elements(
        shape,
        i -> {
          long[] at = DoubleLibrary.coordinates(shape, i);
          long position = offset;
          for (int axis = 0; axis < at.length; axis++) {
            position += at[axis] * strides.get(axis);
          }
          return x[(int) position];
        });
  }

  private static double[] read(StateSlot slot) {
    List<Long> strides = Layout.dense(slot.shape()).strides();
    double[] all = all(slot.storage(), slot.dtype());
    return gather(all, slot.shape(), strides, slot.offset());
  }

  private static double[] read(Node node) {
    Node.Stored stored = node.stored();
    Layout layout = stored.layout();
    double[] all = all(stored.storage(), node.dtype());
    return gather(all, node.shape(), layout.strides(), layout.offset());
  }

  private static double[] all(Storage storage, DType dtype) {
    MemorySegment memory = storage.buffer().segment();
    double[] all = new double[Math.toIntExact(memory.byteSize() / dtype.bytes())];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          switch (dtype) {
            case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case F16 -> Float.float16ToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i));
            case BF16 -> Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
            case I32, BOOL -> memory.getAtIndex(ValueLayout.JAVA_INT, i);
          };
    }
    return all;
  }
}
