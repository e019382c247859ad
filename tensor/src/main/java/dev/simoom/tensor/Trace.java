package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import dev.simoom.tensor.graph.StateSlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is collected while a method is traced: the variables it reads and replaces, and host hooks.
 */
final class Trace implements AutoCloseable {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private final Map<StateSlot, Node> reads = new LinkedHashMap<>();
  private final Map<StateSlot, Node> assigned = new LinkedHashMap<>();
  private final List<Runnable> hooks = new ArrayList<>();
  private final List<Variable> owned = new ArrayList<>();

  static @Nullable Trace current() {
    return CURRENT.get();
  }

  /** Runs a method with this trace as the current one of the thread. */
  void record(Runnable method) {
    if (CURRENT.get() != null) {
      throw new IllegalStateException(
          "a program was traced inside the trace of another; call its method there instead");
    }
    CURRENT.set(this);
    try {
      method.run();
    } finally {
      CURRENT.remove();
    }
  }

  Node read(Variable variable) {
    StateSlot slot = variable.slot();
    Node replaced = assigned.get(slot);
    if (replaced != null) {
      return replaced;
    }
    for (Map.Entry<StateSlot, Node> entry : assigned.entrySet()) {
      StateSlot whole = entry.getKey();
      if (overlap(whole, slot)) {
        if (!contains(whole, slot)) {
          throw new IllegalStateException(
              "'"
                  + slot.name()
                  + "' is read after its part '"
                  + whole.name()
                  + "' was assigned in the same trace");
        }
        return partOf(entry.getValue(), whole, slot);
      }
    }
    variable.place();
    return reads.computeIfAbsent(
        slot, s -> new Node(new Op.Read(s), List.of(), s.shape(), s.dtype()));
  }

  /** Whether a node is the value that a variable had before each run of this trace. */
  boolean made(Node node) {
    return node.op() instanceof Op.Read(StateSlot slot) && reads.get(slot) == node;
  }

  private static Node partOf(Node value, StateSlot whole, StateSlot part) {
    long from = part.offset() - whole.offset();
    long elements = part.shape().elements();
    DType dtype = part.dtype();
    Shape flat = Shape.of(whole.shape().elements());
    Node row = new Node(new Op.Reshape(flat), List.of(value), flat, dtype);
    Op slice = new Op.Slice(0, from, from + elements, 1);
    Node cut = new Node(slice, List.of(row), Shape.of(elements), dtype);
    return new Node(new Op.Reshape(part.shape()), List.of(cut), part.shape(), dtype);
  }

  void assign(Variable variable, Node value) {
    StateSlot slot = variable.slot();
    for (StateSlot other : assigned.keySet()) {
      if (other != slot && overlap(other, slot)) {
        throw new IllegalStateException(
            "'"
                + slot.name()
                + "' and '"
                + other.name()
                + "' share memory and are both assigned in one trace");
      }
    }
    variable.place();
    assigned.put(slot, value);
  }

  /** Hands over a variable that lives as long as the program. */
  void own(Variable variable) {
    owned.add(variable);
  }

  @Override
  public void close() {
    owned.forEach(Variable::close);
  }

  void beforeEachRun(Runnable hook) {
    hooks.add(hook);
  }

  Map<StateSlot, Node> assigned() {
    return assigned;
  }

  List<Runnable> hooks() {
    return hooks;
  }

  private static boolean overlap(StateSlot a, StateSlot b) {
    return a.storage() == b.storage()
        && a.offset() < b.offset() + b.shape().elements()
        && b.offset() < a.offset() + a.shape().elements();
  }

  private static boolean contains(StateSlot whole, StateSlot part) {
    return whole.offset() <= part.offset()
        && part.offset() + part.shape().elements() <= whole.offset() + whole.shape().elements();
  }
}
