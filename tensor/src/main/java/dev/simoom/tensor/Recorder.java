package dev.simoom.tensor;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DType;
import dev.simoom.tensor.graph.EagerExecutor;
import dev.simoom.tensor.graph.Layout;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import dev.simoom.tensor.graph.StateSlot;
import dev.simoom.tensor.graph.Storage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the node of every call, and outside a trace its value too. */
final class Recorder {
  private Recorder() {}

  static Tensor record(Op op, Shape shape, DType dtype, Tensor... inputs) {
    Node node = new Node(op, nodes(inputs), shape, dtype);
    if (Trace.current() == null) {
      compute(node);
    }
    return new Tensor(node);
  }

  /** An operation with several results. */
  static List<Tensor> recordAll(Op op, List<Shape> shapes, List<DType> dtypes, Tensor... inputs) {
    Node first = new Node(op, nodes(inputs), shapes.getFirst(), dtypes.getFirst());
    List<Node> all = new ArrayList<>();
    all.add(first);
    for (int i = 1; i < shapes.size(); i++) {
      all.add(new Node(new Op.Output(i), List.of(first), shapes.get(i), dtypes.get(i)));
    }
    first.further(all.subList(1, all.size()));
    if (Trace.current() == null) {
      EagerExecutor.execute(Engine.backend().forSingleCalls(), all, Scope::allocate);
    }
    return all.stream().map(Tensor::new).toList();
  }

  private static List<Node> nodes(Tensor[] inputs) {
    List<Node> nodes = new ArrayList<>();
    for (Tensor input : inputs) {
      // Eager code finds this out when it computes; in a trace the call at fault is this one.
      if (Trace.current() != null) {
        EagerExecutor.checkUsable(input.node());
      }
      nodes.add(input.node());
    }
    return nodes;
  }

  private static void compute(Node node) {
    switch (node.op()) {
      case Op.Fill unused -> {}
      case Op.View view -> rearrange(node, view);
      default ->
          EagerExecutor.execute(Engine.backend().forSingleCalls(), List.of(node), Scope::allocate);
    }
  }

  /** Gives a view its value; that of a number repeated is left to whoever needs it in memory. */
  private static void rearrange(Node node, Op.View view) {
    Node source = node.input(0);
    if (source.stored() == null) {
      return;
    }
    Node.Stored input = stored(source);
    Optional<Layout> layout = view.apply(input.layout());
    if (layout.isEmpty()) {
      Node dense = new Node(new Op.Materialize(), List.of(source), source.shape(), source.dtype());
      EagerExecutor.execute(Engine.backend().forSingleCalls(), List.of(dense), Scope::allocate);
      input = stored(dense);
      layout = Optional.of(Layout.dense(node.shape()));
    }
    node.store(new Node.Stored(input.storage(), layout.get(), input.version()));
  }

  /** The value of an eagerly computed node. */
  static Node.Stored stored(Node node) {
    return EagerExecutor.stored(Engine.backend().forSingleCalls(), node, Scope::allocate);
  }

  /** A tensor of data that the caller writes at once. */
  static Tensor data(Shape shape, DType dtype, Consumer<MemorySegment> write) {
    long bytes = shape.elements() * dtype.bytes();
    Buffer buffer =
        Trace.current() == null
            ? Scope.allocate("data", bytes)
            : Buffer.collected("constant", bytes);
    write.accept(buffer.segment());
    Node node = new Node(new Op.Data(), List.of(), shape, dtype);
    node.store(new Node.Stored(new Storage(buffer), Layout.dense(shape), 0));
    return new Tensor(node);
  }

  static Tensor read(Variable variable) {
    Trace trace = Trace.current();
    if (trace != null) {
      return new Tensor(trace.read(variable));
    }
    StateSlot slot = variable.slot();
    Node last = variable.lastRead();
    if (last != null && isCurrent(last.stored(), slot.storage())) {
      return new Tensor(last);
    }
    Node node = new Node(new Op.Read(slot), List.of(), slot.shape(), slot.dtype());
    Layout dense = Layout.dense(slot.shape());
    Layout at = new Layout(slot.shape(), dense.strides(), slot.offset());
    node.store(new Node.Stored(slot.storage(), at, slot.storage().version()));
    variable.lastRead(node);
    return new Tensor(node);
  }

  private static boolean isCurrent(Node.Stored stored, Storage storage) {
    return stored.storage() == storage && stored.version() == storage.version();
  }

  static void assign(Variable variable, Tensor value) {
    Trace trace = Trace.current();
    if (trace != null) {
      trace.assign(variable, value.node());
      return;
    }
    MemorySegment source = value.contiguousSegment();
    variable.segment().copyFrom(source);
    variable.written();
  }
}
