package dev.simoom.tensor;

import dev.simoom.kernels.Algebra;
import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import dev.simoom.tensor.graph.StateSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: walks the nodes from a loss backwards and makes, for each, the
 * nodes of its inputs' derivatives. Those are F32, also of tensors in a storage type.
 */
final class Gradients {
  private final Map<Node, Tensor> gradients = new IdentityHashMap<>();
  private final Map<Node, List<@Nullable Tensor>> furtherOutputs = new IdentityHashMap<>();
  private final Map<Node, List<Part>> slices = new IdentityHashMap<>();
  private final Set<Node> needed;

  /** The gradient of a piece that was cut out. */
  private record Part(Op.Slice slice, Tensor gradient) {}

  private Gradients(Set<Node> needed) {
    this.needed = needed;
  }

  static List<Tensor> of(Tensor loss, List<Tensor> by) {
    if (loss.shape().elements() != 1 || loss.dtype() != DType.F32) {
      throw Ops.bad("gradients", "the loss must be one F32 number", loss);
    }
    List<Node> order = order(loss.node());
    Set<Node> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    by.forEach(t -> needed.add(t.node()));
    for (Node node : order) {
      if (flowsThrough(node).stream().anyMatch(needed::contains)) {
        needed.add(node);
      }
    }
    Gradients pass = new Gradients(needed);
    pass.gradients.put(loss.node(), Tensor.ones(loss.shape()));
    for (Node node : order.reversed()) {
      pass.backward(node);
    }
    List<Tensor> result = new ArrayList<>();
    for (Tensor t : by) {
      Tensor g = pass.gradients.get(t.node());
      if (g == null) {
        checkNotReplaced(t.node(), order);
      }
      result.add(g != null ? g : Tensor.zeros(t.shape()));
    }
    return result;
  }

  /** Refuses the present value of a variable where the loss was computed from an earlier one. */
  private static void checkNotReplaced(Node by, List<Node> order) {
    if (!(by.op() instanceof Op.Read(StateSlot slot)) || order.contains(by)) {
      return;
    }
    for (Node node : order) {
      if (node.op() instanceof Op.Read(StateSlot other) && other == slot) {
        throw new IllegalStateException(
            "gradients: '"
                + slot.name()
                + "' was assigned after the loss had been computed from it; take gradients before");
      }
    }
  }

  /** The nodes that the loss was computed from, each after its inputs. */
  private static List<Node> order(Node loss) {
    List<Node> order = new ArrayList<>();
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Node> stack = new ArrayList<>(List.of(loss));
    Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!stack.isEmpty()) {
      Node node = stack.getLast();
      if (seen.contains(node)) {
        stack.removeLast();
      } else if (open.add(node)) {
        stack.addAll(node.inputs());
      } else {
        stack.removeLast();
        seen.add(node);
        order.add(node);
      }
    }
    return order;
  }

  /** The inputs that a gradient may flow to. */
  private static List<Node> flowsThrough(Node node) {
    return switch (node.op()) {
      case Op.StopGradient unused -> List.of();
      case Op.StraightThrough unused -> List.of(node.input(1));
      default -> node.inputs();
    };
  }

  private void backward(Node node) {
    List<Part> parts = slices.remove(node);
    if (parts != null) {
      gradients.merge(node, joined(parts, node.shape()), Tensor::add);
    }
    Tensor dy = gradients.get(node);
    if (!needed.contains(node) || (dy == null && !furtherOutputs.containsKey(node))) {
      return;
    }
    if (node.op() instanceof Op.Output(int index)) {
      furtherOutputs
          .computeIfAbsent(node.input(0), n -> new ArrayList<>(Collections.nCopies(8, null)))
          .set(index, dy);
      return;
    }
    if (node.op() instanceof Op.Slice slice) {
      slices.computeIfAbsent(node.input(0), n -> new ArrayList<>()).add(new Part(slice, dy));
      return;
    }
    if (furtherOutputs.containsKey(node)) {
      throw new UnsupportedOperationException(
          "gradients: no derivative is defined for the further outputs of " + node);
    }
    List<@Nullable Tensor> flowing = inputGradients(node, dy);
    for (int i = 0; i < flowing.size(); i++) {
      Tensor part = flowing.get(i);
      if (part != null) {
        gradients.merge(node.input(i), part, Tensor::add);
      }
    }
  }

  private boolean wants(Node node, int input) {
    return needed.contains(node.input(input)) && node.input(input).dtype().isFloating();
  }

  private List<@Nullable Tensor> inputGradients(Node node, Tensor dy) {
    List<Tensor> x = node.inputs().stream().map(Tensor::new).toList();
    return switch (node.op()) {
      case Op.Source unused -> List.of();
      case Op.Fill unused -> List.of();
      case Op.Iota unused -> List.of();
      case Op.RandomNumbers unused -> List.of();
      case Op.StopGradient unused -> one(null);
      case Op.StraightThrough unused -> Arrays.asList(null, dy);
      case Op.Materialize unused -> one(dy);
      case Op.Convert unused -> one(dy);
      case Op.Pointwise(ScalarOp op) -> pointwise(node, op, x, dy);
      case Op.Reduce(Reduction reduction, int from, int to) ->
          one(reduced(reduction, from, to, x.getFirst(), new Tensor(node), dy));
      case Op.Reshape unused -> one(dy.reshape(x.getFirst().shape()));
      case Op.Permute(List<Integer> order) -> one(dy.permute(inverse(order)));
      case Op.Expand unused -> one(sumTo(dy, x.getFirst().shape()));
      case Op.Slice unused -> throw new IllegalStateException(node + " is joined with its likes");
      case Op.Concat(int axis) -> cut(axis, x, dy);
      case Op.Product unused ->
          Arrays.asList(
              wants(node, 0) ? dy.matmul(x.get(1).transpose()) : null,
              wants(node, 1) ? x.get(0).transpose().matmul(dy) : null);
      case Op.Attend attend -> attention(node, attend, x, dy);
      case Op.SelectTop unused -> one(spread(node, x.getFirst(), dy));
      case Op.Decode unused ->
          Arrays.asList(
              wants(node, 0) ? x.get(2).sparseDot(dy, x.get(1)) : null,
              null,
              wants(node, 2) ? addRows(x.get(0), x.get(1), dy, x.get(2)) : null);
      case Op.DotRows unused ->
          Arrays.asList(
              wants(node, 0) ? x.get(2).sparseDecode(dy, x.get(1)) : null,
              null,
              wants(node, 2) ? addRows(dy, x.get(1), x.get(0), x.get(2)) : null);
      case Op.TakeRows unused ->
          Arrays.asList(
              null, wants(node, 1) ? dy.scatterAdd(x.get(0), x.get(1).shape().extent(0)) : null);
      case Op.AddRows(long unused, boolean weighted) -> addedRows(node, weighted, x, dy);
      case Op.Running running ->
          wants(node, 0) || node.inputs().size() > 1
              ? Scans.gradients(running, x, new Tensor(node), dy)
              : one(null);
      case Op.AttendGradient unused -> throw undefined(node);
      case Op.Output unused -> throw undefined(node);
    };
  }

  private static UnsupportedOperationException undefined(Node node) {
    return new UnsupportedOperationException("gradients: no derivative is defined for " + node);
  }

  private static List<@Nullable Tensor> one(@Nullable Tensor gradient) {
    return Collections.singletonList(gradient);
  }

  // ---------------------------------------------------------------- elementwise and reductions

  /** Scalar operations written down as tensors. */
  private static final Algebra<Tensor> TENSORS =
      new Algebra<>() {
        @Override
        public Tensor constant(double value) {
          return Tensor.scalar(value);
        }

        @Override
        public Tensor apply(ScalarOp op, List<Tensor> arguments) {
          return Ops.pointwise(op, arguments.toArray(Tensor[]::new));
        }
      };

  private List<@Nullable Tensor> pointwise(Node node, ScalarOp op, List<Tensor> x, Tensor dy) {
    List<@Nullable Tensor> parts = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      parts.add(wants(node, i) ? op.gradient(TENSORS, i, x, new Tensor(node), dy) : null);
    }
    return parts;
  }

  private static Tensor reduced(
      Reduction reduction, int from, int to, Tensor x, Tensor y, Tensor dy) {
    long[] kept = x.shape().toArray();
    Arrays.fill(kept, from, to, 1);
    Tensor spread = dy.reshape(kept).expand(x.shape());
    if (reduction == Reduction.SUM) {
      return spread;
    }
    int[] axes = IntStream.range(from, to).toArray();
    Tensor winners = x.eq(y.reshape(kept)).cast(DType.F32);
    return spread.mul(winners).div(winners.sumKeep(axes));
  }

  /** Undoes a broadcast by summing over what was repeated. */
  private static Tensor sumTo(Tensor dy, Shape shape) {
    int added = dy.rank() - shape.rank();
    int[] axes =
        IntStream.range(0, dy.rank())
            .filter(i -> i < added || shape.extent(i - added) != dy.shape().extent(i))
            .toArray();
    return (axes.length == 0 ? dy : dy.sum(axes)).reshape(shape);
  }

  // ---------------------------------------------------------------- rearrangements

  private static int[] inverse(List<Integer> order) {
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return inverse;
  }

  /** The gradient of what pieces were cut from: one concatenation where they do not overlap. */
  private static Tensor joined(List<Part> parts, Shape shape) {
    List<Part> sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingLong(p -> p.slice.from()));
    int axis = sorted.getFirst().slice.axis();
    List<Tensor> pieces = new ArrayList<>();
    long at = 0;
    for (Part part : sorted) {
      if (part.slice.axis() != axis || part.slice.step() != 1 || part.slice.from() < at) {
        return parts.stream()
            .map(p -> padded(p.slice, shape, p.gradient))
            .reduce(Tensor::add)
            .orElseThrow();
      }
      addZeros(pieces, shape, axis, part.slice.from() - at);
      pieces.add(part.gradient);
      at = part.slice.to();
    }
    addZeros(pieces, shape, axis, shape.extent(axis) - at);
    return Tensor.concat(axis, pieces);
  }

  private static void addZeros(List<Tensor> pieces, Shape shape, int axis, long extent) {
    if (extent > 0) {
      pieces.add(Tensor.zeros(shape.with(axis, extent)));
    }
  }

  private static Tensor padded(Op.Slice slice, Shape shape, Tensor dy) {
    Tensor spaced = dy;
    int axis = slice.axis();
    if (slice.step() > 1) {
      Tensor column = dy.unsqueeze(axis + 1);
      Tensor gaps = Tensor.zeros(column.shape().with(axis + 1, slice.step() - 1));
      long spread = dy.shape().extent(axis) * slice.step();
      spaced =
          Tensor.concat(axis + 1, column, gaps)
              .reshape(dy.shape().with(axis, spread))
              .slice(axis, 0, Math.min(spread, shape.extent(axis) - slice.from()));
    }
    long after = shape.extent(axis) - slice.from() - spaced.shape().extent(axis);
    return Tensor.concat(
        axis,
        Tensor.zeros(shape.with(axis, slice.from())),
        spaced,
        Tensor.zeros(shape.with(axis, after)));
  }

  private static List<@Nullable Tensor> cut(int axis, List<Tensor> x, Tensor dy) {
    List<@Nullable Tensor> parts = new ArrayList<>();
    long at = 0;
    for (Tensor part : x) {
      long extent = part.shape().extent(axis);
      parts.add(dy.slice(axis, at, at + extent));
      at += extent;
    }
    return parts;
  }

  // ---------------------------------------------------------------- library operations

  private static List<@Nullable Tensor> attention(
      Node node, Op.Attend op, List<Tensor> x, Tensor dy) {
    Tensor logSumExp = new Tensor(node.output(1));
    return new ArrayList<>(
        Recorder.recordAll(
            new Op.AttendGradient(op.causal(), op.scale(), op.axis()),
            List.of(x.get(0).shape(), x.get(1).shape(), x.get(2).shape()),
            List.of(DType.F32, DType.F32, DType.F32),
            x.get(0),
            x.get(1),
            x.get(2),
            new Tensor(node),
            logSumExp,
            dy));
  }

  /** The gradient of a selection: each kept value's goes to where it came from. */
  private static Tensor spread(Node node, Tensor x, Tensor dy) {
    Tensor columns = new Tensor(node.output(1));
    long width = x.shape().extent(-1);
    long k = node.shape().extent(-1);
    long rows = node.shape().leading(-1).elements();
    Tensor start = Tensor.iota(Shape.of(rows, k), 0).mul(width);
    Tensor at = columns.reshape(rows, k).add(start).reshape(rows * k);
    return dy.reshape(rows * k, 1).scatterAdd(at, rows * width).reshape(x.shape());
  }

  private static Tensor addRows(Tensor values, Tensor indices, Tensor dense, Tensor table) {
    long entries = table.shape().extent(0);
    return Recorder.record(
        new Op.AddRows(entries, true), table.shape(), DType.F32, values, indices, dense);
  }

  private List<@Nullable Tensor> addedRows(Node node, boolean weighted, List<Tensor> x, Tensor dy) {
    if (weighted) {
      return Arrays.asList(
          wants(node, 0) ? dy.sparseDot(x.get(2), x.get(1)) : null,
          null,
          wants(node, 2) ? dy.sparseDecode(x.get(0), x.get(1)) : null);
    }
    Tensor ones = Tensor.ones(x.get(0).shape());
    return Arrays.asList(null, wants(node, 1) ? dy.sparseDecode(ones, x.get(0)) : null);
  }
}
