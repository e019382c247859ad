package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Leaf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns nodes into values: resolves views to layouts, copies where strides cannot say a view, and
 * gives equal computations one value.
 */
final class GraphReader {
  /** What makes two computations the same. */
  private record Key(Op op, List<Integer> inputs, List<Layout> layouts, Shape shape, DType dtype) {}

  private final List<Value> values = new ArrayList<>();
  private final Map<Key, Value> computed = new HashMap<>();
  private final Map<Leaf, Value> leaves = new HashMap<>();
  private final Map<Value, Leaf> leafOf = new IdentityHashMap<>();
  private final Map<Node, Access> resolved = new IdentityHashMap<>();

  /** All values, each after its inputs. */
  List<Value> values() {
    return values;
  }

  Leaf leaf(Value value) {
    return leafOf.get(value);
  }

  /** The value of a node and the layout through which it is seen. */
  Access read(Node root) {
    List<Node> stack = new ArrayList<>(List.of(root));
    while (!stack.isEmpty()) {
      Node node = stack.getLast();
      if (resolved.containsKey(node)) {
        stack.removeLast();
        continue;
      }
      int before = stack.size();
      if (node.stored() == null) {
        needed(node).filter(n -> !resolved.containsKey(n)).forEach(stack::add);
      }
      if (stack.size() == before) {
        stack.removeLast();
        resolved.put(node, resolve(node));
      }
    }
    return resolved.get(root);
  }

  /** The inputs that make up the value; the source of a gradient alone is none. */
  private static Stream<Node> needed(Node node) {
    return node.op() instanceof Op.StraightThrough
        ? Stream.of(node.input(0))
        : node.inputs().stream();
  }

  private Access resolve(Node node) {
    Node.Stored stored = node.stored();
    if (stored != null) {
      return new Access(leaf(new Leaf.Memory(stored.storage()), node), stored.layout());
    }
    return switch (node.op()) {
      case Op.Argument(int index) ->
          new Access(leaf(new Leaf.Argument(index), node), Layout.dense(node.shape()));
      case Op.Window(int index, Layout layout) ->
          new Access(leaf(new Leaf.Argument(index), node), layout);
      case Op.Read(StateSlot slot) -> {
        Layout dense = Layout.dense(slot.shape());
        Value memory = leaf(new Leaf.Memory(slot.storage()), node);
        yield new Access(memory, new Layout(slot.shape(), dense.strides(), slot.offset()));
      }
      case Op.Iota(int axis) -> coordinates(node.shape(), axis);
      case Op.View view -> view(view, resolved.get(node.input(0)), node.shape());
      default -> {
        List<Access> inputs = node.inputs().stream().map(resolved::get).toList();
        Access simpler = simplify(node, inputs);
        if (simpler != null) {
          yield simpler;
        }
        yield new Access(
            compute(node.op(), inputs, node.shape(), node.dtype()), Layout.dense(node.shape()));
      }
    };
  }

  /** The same bits with less arithmetic, or null. */
  private @Nullable Access simplify(Node node, List<Access> inputs) {
    if (!(node.op() instanceof Op.Pointwise(ScalarOp op)) || node.dtype() != DType.F32) {
      return null;
    }
    boolean byOne = op == ScalarOp.MUL || op == ScalarOp.DIV;
    if (byOne && isConstant(inputs.get(1)) && constant(inputs.get(1)) == 1) {
      return inputs.get(0);
    }
    if (op == ScalarOp.MUL && isConstant(inputs.get(0)) && constant(inputs.get(0)) == 1) {
      return inputs.get(1);
    }
    boolean folds =
        switch (op) {
          case ADD, SUB, MUL, DIV, NEG -> inputs.stream().allMatch(GraphReader::isConstant);
          default -> false;
        };
    if (!folds) {
      return null;
    }
    float b = op.arity() > 1 ? constant(inputs.get(1)) : 0;
    double value = op.evaluate(DType.F32, constant(inputs.get(0)), b, 0);
    Value folded = compute(new Op.Fill(value), List.of(), node.shape(), DType.F32);
    return new Access(folded, Layout.dense(node.shape()));
  }

  private static boolean isConstant(Access access) {
    return access.value().op instanceof Op.Fill && access.value().dtype == DType.F32;
  }

  private static float constant(Access access) {
    return (float) ((Op.Fill) access.value().op).value();
  }

  /** Coordinates as a view of 0, 1, 2, ..., which any loop nest can follow. */
  private Access coordinates(Shape shape, int axis) {
    Value row = compute(new Op.Iota(0), List.of(), Shape.of(shape.extent(axis)), DType.I32);
    List<Long> strides = new ArrayList<>(Collections.nCopies(shape.rank(), 0L));
    strides.set(axis, 1L);
    return new Access(row, new Layout(shape, strides, 0));
  }

  private Access view(Op.View view, Access input, Shape shape) {
    Optional<Layout> layout = view.apply(input.layout());
    return layout
        .map(l -> new Access(input.value(), l))
        .orElseGet(() -> new Access(dense(input), Layout.dense(shape)));
  }

  /** A dense copy of what is seen through a layout. */
  Value dense(Access input) {
    return compute(
        new Op.Materialize(), List.of(input), input.layout().shape(), input.value().dtype);
  }

  /** A copy of its own of what is seen through a layout, though there may be others. */
  Value separate(Access input) {
    Op op = new Op.Materialize();
    return add(op, List.of(input), input.layout().shape(), input.value().dtype);
  }

  /** Memory for a result that nobody asked for. */
  Value scratch(Shape shape, DType dtype) {
    return add(new Op.Materialize(), List.of(), shape, dtype);
  }

  private Value add(Op op, List<Access> inputs, Shape shape, DType dtype) {
    Value value = new Value(values.size(), op, inputs, shape, dtype, Value.kindOf(op));
    values.add(value);
    return value;
  }

  private Value leaf(Leaf leaf, Node node) {
    return leaves.computeIfAbsent(
        leaf,
        l -> {
          Value value =
              new Value(
                  values.size(), node.op(), List.of(), node.shape(), node.dtype(), Value.Kind.LEAF);
          leafOf.put(value, l);
          values.add(value);
          return value;
        });
  }

  private Value compute(Op op, List<Access> inputs, Shape shape, DType dtype) {
    List<Integer> ids = inputs.stream().map(a -> a.value().id).toList();
    List<Layout> layouts = inputs.stream().map(Access::layout).toList();
    return computed.computeIfAbsent(
        new Key(op, ids, layouts, shape, dtype), k -> add(op, inputs, shape, dtype));
  }
}
