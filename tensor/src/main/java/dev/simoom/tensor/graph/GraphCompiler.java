package dev.simoom.tensor.graph;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Operand;
import dev.simoom.tensor.graph.LoopBuilder.Loop;
import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a graph into launches: reads it, fuses it, orders the kernels and places their memory. */
public final class GraphCompiler {
  private final GraphReader reader = new GraphReader();
  private final LibraryUnits library = new LibraryUnits(reader);
  private final List<Value> outputs = new ArrayList<>();
  private final Map<StateSlot, Value> replacements = new LinkedHashMap<>();
  private final Map<Value, StateSlot> replacedBy = new IdentityHashMap<>();
  private final Map<Value, Unit> unitOf = new IdentityHashMap<>();
  private final Fusion fusion;

  GraphCompiler(List<Node> outputs, Map<StateSlot, Node> replaced) {
    Set<Value> claimed = new HashSet<>();
    outputs.forEach(node -> this.outputs.add(claim(reader.read(node), claimed)));
    replaced.forEach((slot, node) -> replacements.put(slot, claim(reader.read(node), claimed)));
    replacements.forEach((slot, value) -> replacedBy.put(value, slot));
    fusion = new Fusion(List.copyOf(reader.values()), claimed);
  }

  /**
   * Compiles a graph.
   *
   * @param backend what will run it
   * @param outputs what is wanted, each dense in a buffer of its own
   * @param replaced the contents that variables take at the end
   * @param arguments number of arguments
   */
  public static CompiledGraph compile(
      Backend backend, List<Node> outputs, Map<StateSlot, Node> replaced, int arguments) {
    GraphCompiler compiler = new GraphCompiler(outputs, replaced);
    List<Unit> units = compiler.units();
    return new Placement(compiler.reader, units, compiler.outputs, compiler.replacements)
        .compile(backend, arguments);
  }

  /**
   * The value to be written where the caller wants it: the one seen, or a copy if it has another
   * place.
   */
  private Value claim(Access access, Set<Value> claimed) {
    Value value = access.value();
    boolean own = value.kind != Kind.LEAF && access.isDense() && !claimed.contains(value);
    Value result = own ? value : reader.separate(access);
    claimed.add(result);
    return result;
  }

  /** Values of the graph, and units looked at in search of paths between them. */
  record Effort(int values, long visits) {}

  Effort effort() {
    return new Effort(reader.values().size(), fusion.order().visits());
  }

  /** The units that are needed, each after those it depends on. */
  List<Unit> units() {
    Map<Value, Loop> epilogues = epilogues();
    List<Unit> ordered = new ArrayList<>();
    Set<Unit> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Value> wanted = new HashSet<>(outputs);
    List<Value> roots = new ArrayList<>(outputs);
    roots.sort((a, b) -> Integer.compare(a.id, b.id));
    List<Value> last = new ArrayList<>(replacements.values());
    last.sort((a, b) -> Integer.compare(a.id, b.id));
    wanted.addAll(last);
    roots.addAll(last);
    roots.forEach(root -> visit(root, epilogues, seen, ordered));
    return ordered;
  }

  private void visit(Value root, Map<Value, Loop> epilogues, Set<Unit> seen, List<Unit> ordered) {
    record Frame(Unit unit, List<Value> pending) {}
    List<Frame> stack = new ArrayList<>();
    Unit first = unit(root, epilogues);
    if (first != null && seen.add(first)) {
      stack.add(new Frame(first, sources(first)));
    }
    while (!stack.isEmpty()) {
      Frame frame = stack.getLast();
      if (frame.pending.isEmpty()) {
        stack.removeLast();
        ordered.add(frame.unit);
        continue;
      }
      Unit next = unit(frame.pending.removeLast(), epilogues);
      if (next != null && seen.add(next)) {
        stack.add(new Frame(next, sources(next)));
      }
    }
  }

  private static List<Value> sources(Unit unit) {
    List<Value> sources =
        new ArrayList<>(unit.reads().stream().map(Access::value).distinct().toList());
    sources.sort((a, b) -> Integer.compare(b.id, a.id));
    return sources;
  }

  /** The unit that writes a value, or null if nothing needs to. */
  private @Nullable Unit unit(Value value, Map<Value, Loop> epilogues) {
    if (value.kind == Kind.LEAF || (value.elements() == 0 && value.users.isEmpty())) {
      return null;
    }
    if (value.op instanceof Op.Output) {
      return unit(value.inputs.getFirst().value(), epilogues);
    }
    Unit known = unitOf.get(value);
    if (known != null) {
      return known;
    }
    Cluster cluster =
        value.op instanceof Op.Iota ? fusion.materialize(value) : fusion.clusterOf(value);
    if (cluster == null && value.kind != Kind.LIBRARY) {
      return null;
    }
    Unit unit;
    if (cluster != null) {
      Value product = productOf(cluster, epilogues);
      unit =
          product == null
              ? loop(new LoopBuilder(cluster, fusion, reader).build())
              : fused(product, epilogues.get(product));
    } else if (epilogues.containsKey(value)) {
      unit = fused(value, epilogues.get(value));
    } else if (value.op instanceof Op.Concat(int axis)) {
      unit = Concatenation.unit(value, axis);
    } else {
      unit = library.unit(value);
    }
    unitOf.put(value, unit);
    unit.writes().forEach(v -> unitOf.put(v, unit));
    return unit;
  }

  private static Unit loop(Loop loop) {
    return new Unit(
        loop.operations(),
        loop.inputs(),
        loop.outputs(),
        (read, written) -> sameStrides(loop, read, written),
        places -> {
          Stream<Operand> in = loop.inputs().stream().map(places::of);
          Stream<Operand> out = loop.outputs().stream().map(places::of);
          return List.of(new Launch(loop.kernel(), Stream.concat(in, out).toList()));
        });
  }

  private static boolean sameStrides(Loop loop, Access read, Value written) {
    LoopKernel kernel = loop.kernel();
    return kernel
        .inputs()
        .get(loop.inputs().indexOf(read))
        .equals(kernel.outputs().get(loop.outputs().indexOf(written)));
  }

  // ---------------------------------------------------------------- epilogues

  private final Map<Cluster, Value> anchors = new IdentityHashMap<>();

  private @Nullable Value productOf(Cluster cluster, Map<Value, Loop> epilogues) {
    Value product = anchors.get(cluster);
    return product != null && epilogues.containsKey(product) ? product : null;
  }

  /** Elementwise clusters that can follow a matrix product while its result is in cache. */
  private Map<Value, Loop> epilogues() {
    Map<Value, Loop> epilogues = new IdentityHashMap<>();
    for (Cluster cluster : fusion.clusters()) {
      if (cluster.reduces() || updatesVariables(cluster)) {
        continue;
      }
      Optional<Value> product = anchor(cluster);
      if (product.isEmpty() || epilogues.containsKey(product.get())) {
        continue;
      }
      Value p = product.get();
      Access read = new Access(p, Layout.dense(p.shape));
      Loop loop = new LoopBuilder(cluster, fusion, reader).buildEpilogue(read, p.shape.toList());
      if (loop != null && suits(p, loop)) {
        epilogues.put(p, loop);
        anchors.put(cluster, p);
      }
    }
    return epilogues;
  }

  /**
   * Whether a cluster reads what it replaces: a loop can do that in place, but an epilogue's first
   * output takes the product in before the inputs are read.
   */
  private boolean updatesVariables(Cluster cluster) {
    Set<Storage> replaced = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value member : cluster.members) {
      StateSlot slot = replacedBy.get(member);
      if (slot != null) {
        replaced.add(slot.storage());
      }
    }
    return cluster.members.stream()
        .flatMap(m -> m.inputs.stream())
        .filter(a -> a.value().kind == Kind.LEAF)
        .anyMatch(
            a ->
                reader.leaf(a.value()) instanceof Value.Leaf.Memory(Storage storage)
                    && replaced.contains(storage));
  }

  /**
   * The last product that the cluster reads position by position, if no other path leads from it
   * here.
   */
  private Optional<Value> anchor(Cluster cluster) {
    return cluster.members.stream()
        .flatMap(m -> m.inputs.stream())
        .filter(a -> a.value().op instanceof Op.Product && a.isDense())
        .map(Access::value)
        .filter(p -> p.elements() == cluster.elements && p.elements() > 0)
        .distinct()
        .max((a, b) -> Integer.compare(a.id, b.id))
        .filter(p -> !fusion.order().leadsAround(p, cluster.members.first()));
  }

  private boolean keeps(Value product, Loop loop) {
    return outputs.contains(product)
        || replacedBy.containsKey(product)
        || isReadElsewhere(product, loop);
  }

  /**
   * Whether a user of a product takes it from memory, itself or when it is computed again
   * elsewhere.
   */
  private boolean isReadElsewhere(Value product, Loop loop) {
    Cluster here = fusion.clusterOf(loop.outputs().getFirst());
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Value> stack = new ArrayList<>(product.users);
    while (!stack.isEmpty()) {
      Value user = stack.removeLast();
      if (fusion.clusterOf(user) != here) {
        return true;
      }
      if (seen.add(user) && !fusion.isInMemory(user)) {
        stack.addAll(user.users);
      }
    }
    return false;
  }

  private boolean suits(Value product, Loop loop) {
    return keeps(product, loop)
        || (!loop.outputs().isEmpty()
            && loop.kernel().outputs().getFirst().equals(loop.kernel().inputs().getFirst()));
  }

  private Unit fused(Value product, Loop loop) {
    MatMul plain = LibraryUnits.product(product);
    boolean keep = keeps(product, loop);
    LoopKernel epilogue = loop.kernel();
    MatMul kernel =
        new MatMul(
            plain.batch(),
            plain.m(),
            plain.n(),
            plain.k(),
            plain.a(),
            plain.b(),
            plain.c(),
            Optional.of(epilogue),
            keep);
    List<String> operations = new ArrayList<>(List.of("product"));
    operations.addAll(loop.operations());
    List<Access> reads = new ArrayList<>(product.inputs);
    reads.addAll(loop.inputs().subList(1, loop.inputs().size()));
    List<Value> writes = new ArrayList<>(keep ? List.of(product) : List.of());
    writes.addAll(loop.outputs());
    return Unit.of(
        operations,
        reads,
        writes,
        places -> {
          Stream<Operand> in = reads.stream().map(places::of);
          Stream<Operand> out = writes.stream().map(places::of);
          return List.of(new Launch(kernel, Stream.concat(in, out).toList()));
        });
  }
}
