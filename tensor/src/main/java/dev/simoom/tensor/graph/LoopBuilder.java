package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Nest.Use;
import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the loop kernel of a cluster. */
final class LoopBuilder {
  /**
   * A loop kernel and what its operands are.
   *
   * @param kernel the kernel
   * @param inputs what it reads, in the order of its inputs
   * @param outputs what it writes, in the order of its outputs
   * @param operations what it computes, in order
   */
  record Loop(
      LoopKernel kernel, List<Access> inputs, List<Value> outputs, List<String> operations) {}

  private final Cluster cluster;
  private final Fusion fusion;
  private final LoopKernel.Builder builder = new LoopKernel.Builder();
  private final Map<Access, Integer> inputs = new LinkedHashMap<>();
  private final Map<Access, Access> copies = new HashMap<>();
  private final Map<Value, Integer> emitted = new IdentityHashMap<>();
  private final List<String> operations = new ArrayList<>();
  private final Set<Use> uses = new LinkedHashSet<>();
  private final GraphReader reader;
  private Nest nest = new Nest(List.of(1L), Set.of());

  LoopBuilder(Cluster cluster, Fusion fusion, GraphReader reader) {
    this.cluster = cluster;
    this.fusion = fusion;
    this.reader = reader;
  }

  /** The kernel over the nest that suits its operands best. */
  Loop build() {
    collectAll();
    nest = Nest.of(cluster.elements, cluster.columns, cluster.reducedRows, uses);
    for (Access access : nest.copied()) {
      Value dense = reader.dense(access);
      copies.put(access, new Access(dense, Layout.dense(dense.shape)));
    }
    return write();
  }

  /**
   * The kernel as the epilogue of a product, over that product's nest, or null if an operand does
   * not suit it.
   */
  @Nullable Loop buildEpilogue(Access product, List<Long> extents) {
    collectAll();
    if (extents.getLast() == 1) {
      return null;
    }
    for (Use use : uses) {
      boolean follows =
          use.access()
              .layout()
              .reshape(Shape.of(extents))
              .map(l -> l.strides().getLast() <= 1)
              .orElse(false);
      if (!follows) {
        return null;
      }
    }
    nest = new Nest(extents, Set.of());
    load(product);
    return write();
  }

  private Loop write() {
    loadVariables();
    List<Value> outputs = new ArrayList<>();
    for (Value member : cluster.members) {
      if (fusion.isInMemory(member)) {
        store(member);
        outputs.add(member);
      }
    }
    return new Loop(
        builder.build(nest.rows(), nest.columns()),
        List.copyOf(inputs.keySet()),
        outputs,
        List.copyOf(operations));
  }

  /**
   * Reads first what lies in variables: an output may be written in place of its old content, which
   * other outputs may need too.
   */
  private void loadVariables() {
    for (Use use : uses) {
      if (use.access().value().kind == Kind.LEAF) {
        load(use.access(), use.repeat() > 1);
      }
    }
  }

  // ---------------------------------------------------------------- what is read

  private void collectAll() {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    cluster.members.stream().filter(fusion::isInMemory).forEach(m -> collect(m, seen));
  }

  private void collect(Value value, Set<Value> seen) {
    if (!seen.add(value)) {
      return;
    }
    if (value.op instanceof Op.Iota) {
      uses.add(new Use(new Access(value, Layout.dense(value.shape)), repeat(value)));
      return;
    }
    for (Access input : value.inputs) {
      Value source = input.value();
      if (isComputedHere(source)) {
        collect(source, seen);
      } else if (source.kind != Kind.INLINE) {
        uses.add(new Use(input, repeat(value)));
      } else if (source.op instanceof Op.Iota) {
        uses.add(new Use(input, repeat(value)));
      }
    }
  }

  /** How many positions of the nest share one element of a value. */
  private long repeat(Value reader) {
    return reader.op instanceof Op.Reduce || reader.elements() == cluster.elements
        ? 1
        : cluster.elements / reader.elements();
  }

  private boolean isComputedHere(Value source) {
    return source.kind == Kind.LOOP
        && source.elements() > 0
        && (cluster.members.contains(source) || !fusion.isInMemory(source));
  }

  // ---------------------------------------------------------------- what is computed

  private int value(Value reader, Access input) {
    Value source = input.value();
    if (isComputedHere(source)) {
      return emit(source);
    }
    return switch (source.op) {
      case Op.Fill(double number) -> builder.constant(source.dtype.computeType(), number);
      case Op.Iota unused when !copies.containsKey(input) -> coordinate(input, repeat(reader) > 1);
      default -> load(input, repeat(reader) > 1);
    };
  }

  private int emit(Value value) {
    Integer known = emitted.get(value);
    if (known != null) {
      return known;
    }
    int number =
        switch (value.op) {
          case Op.Pointwise(ScalarOp op) ->
              builder.apply(op, value.inputs.stream().map(i -> value(value, i)).toList());
          case Op.Convert unused -> value(value, value.inputs.getFirst());
          case Op.Reduce(var reduction, int unused, int end) ->
              builder.rowReduce(reduction, value(value, value.inputs.getFirst()));
          default -> value(value, new Access(value, Layout.dense(value.shape)));
        };
    emitted.put(value, number);
    operations.add(value.op.label());
    return number;
  }

  private int load(Access access) {
    return load(access, false);
  }

  private int load(Access access, boolean perRow) {
    Access from = copies.getOrDefault(access, access).canonical();
    Integer input = inputs.get(from);
    if (input == null) {
      Layout layout = from.layout();
      List<Long> strides = perRow ? nest.rowStrides(layout) : nest.strides(layout);
      input = builder.input(new Strided(from.value().dtype, strides));
      inputs.put(from, input);
    }
    return builder.load(input);
  }

  /**
   * A coordinate, read like memory that holds 0, 1, 2, ..., as a sum over the nest's dimensions.
   */
  private int coordinate(Access input, boolean perRow) {
    Layout layout = input.layout();
    List<Long> strides = perRow ? nest.rowStrides(layout) : nest.strides(layout);
    int sum = builder.constant(DType.I32, layout.offset());
    for (int d = 0; d < strides.size(); d++) {
      long steps = strides.get(d);
      if (steps != 0 && nest.extents().get(d) > 1) {
        int index = builder.index(d);
        int along =
            steps == 1
                ? index
                : builder.apply(ScalarOp.MUL, index, builder.constant(DType.I32, steps));
        sum = builder.apply(ScalarOp.ADD, sum, along);
      }
    }
    return sum;
  }

  // ---------------------------------------------------------------- what is written

  private void store(Value member) {
    Layout dense = Layout.dense(member.shape);
    if (Cluster.isColumnReduction(member)) {
      int number = value(member, member.inputs.getFirst());
      List<Long> strides = columnReduced(member);
      int output = builder.output(new Strided(member.dtype, strides));
      builder.columnReduce(output, ((Op.Reduce) member.op).reduction(), number);
      operations.add(member.op.label());
      return;
    }
    boolean perRow = !cluster.isFull(member);
    int number = emit(member);
    List<Long> strides = perRow ? nest.rowStrides(dense) : nest.strides(dense);
    int output = builder.output(new Strided(member.dtype, strides));
    builder.store(output, number);
  }

  /** Dense strides of a column reduction's result, 0 along the rows that become one. */
  private List<Long> columnReduced(Value member) {
    List<Long> strides = new ArrayList<>(Collections.nCopies(nest.extents().size(), 0L));
    long inner = nest.columns();
    strides.set(strides.size() - 1, inner == 1 ? 0L : 1L);
    long reduced = 1;
    long next = inner;
    for (int i = strides.size() - 2; i >= 0; i--) {
      if (reduced < cluster.reducedRows) {
        reduced *= nest.extents().get(i);
      } else {
        strides.set(i, next);
        next *= nest.extents().get(i);
      }
    }
    return strides;
  }
}
