package dev.simoom.tensor.graph;

import dev.simoom.tensor.graph.Value.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Values that one loop kernel computes together over one loop nest.
 *
 * <p>The nest has {@link #elements} positions in row-major order. Where rows are reduced, {@link
 * #columns} is their length, and members are either <em>full</em>, one element per position, or
 * <em>per row</em>. Where columns are reduced, {@link #reducedRows} rows of {@code columns}
 * elements become one, and such a member is only ever an output.
 */
final class Cluster {
  /**
   * Longer rows are cut up between threads, so that their reduction ends one kernel and what needs
   * it starts another.
   */
  private static final long LONGEST_ROW = 1 << 14;

  final TreeSet<Value> members = new TreeSet<>(Comparator.comparingInt(v -> v.id));
  final long elements;
  long columns;
  long reducedRows;

  private Cluster(long elements) {
    this.elements = elements;
  }

  /** The cluster of one value. */
  static Cluster of(Value value) {
    Cluster cluster = new Cluster(nestElements(value));
    cluster.members.add(value);
    if (isRowReduction(value)) {
      cluster.columns = cluster.elements / value.elements();
    } else if (isColumnReduction(value)) {
      cluster.columns = innerElements(value);
      cluster.reducedRows = reducedElements(value);
    }
    return cluster;
  }

  private static long nestElements(Value value) {
    return value.op instanceof Op.Reduce
        ? value.inputs.getFirst().layout().shape().elements()
        : value.elements();
  }

  static boolean isRowReduction(Value value) {
    return value.op instanceof Op.Reduce(var unused, int from, int to)
        && to == value.inputs.getFirst().layout().shape().rank()
        && from < to;
  }

  static boolean isColumnReduction(Value value) {
    return value.op instanceof Op.Reduce && !isRowReduction(value);
  }

  private static long innerElements(Value reduction) {
    Op.Reduce op = (Op.Reduce) reduction.op;
    return reduction.inputs.getFirst().layout().shape().without(0, op.to()).elements();
  }

  private static long reducedElements(Value reduction) {
    long outer = reduction.elements() / innerElements(reduction);
    return reduction.inputs.getFirst().layout().shape().elements()
        / outer
        / innerElements(reduction);
  }

  /** Whether a member has one element for each position of the nest. */
  boolean isFull(Value member) {
    return !(member.op instanceof Op.Reduce) && member.elements() == elements;
  }

  /** Whether any member reduces. */
  boolean reduces() {
    return members.stream().anyMatch(v -> v.op instanceof Op.Reduce);
  }

  /**
   * This cluster and another as one, if their nests agree and all that one takes from the other can
   * be handed over inside the nest.
   */
  Optional<Cluster> merge(Cluster other) {
    Optional<Cluster> merged = combine(this, other);
    if (merged.isEmpty() && members.size() == 1) {
      merged = perRow(members.first(), other);
    }
    return merged.filter(Cluster::isConnectedInside);
  }

  private static Optional<Cluster> combine(Cluster a, Cluster b) {
    boolean sameNest =
        a.elements == b.elements
            && (a.columns == b.columns || a.columns == 0 || b.columns == 0)
            && (a.reducedRows == b.reducedRows || a.reducedRows == 0 || b.reducedRows == 0);
    if (!sameNest) {
      return Optional.empty();
    }
    Cluster both = new Cluster(a.elements);
    both.members.addAll(a.members);
    both.members.addAll(b.members);
    both.columns = Math.max(a.columns, b.columns);
    both.reducedRows = Math.max(a.reducedRows, b.reducedRows);
    return Optional.of(both);
  }

  /** An elementwise value as a per-row member of a cluster that reduces rows. */
  private static Optional<Cluster> perRow(Value value, Cluster into) {
    boolean fits =
        !(value.op instanceof Op.Reduce)
            && into.columns <= LONGEST_ROW
            && into.members.stream().anyMatch(Cluster::isRowReduction)
            && value.elements() * into.columns == into.elements;
    if (!fits) {
      return Optional.empty();
    }
    Cluster both = new Cluster(into.elements);
    both.members.addAll(into.members);
    both.members.add(value);
    both.columns = into.columns;
    both.reducedRows = into.reducedRows;
    return Optional.of(both);
  }

  private boolean isConnectedInside() {
    for (Value member : members) {
      for (Access input : member.inputs) {
        if (members.contains(input.value()) && !handsOver(member, input)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a member can take an input from another member at the same position or row. */
  private boolean handsOver(Value reader, Access input) {
    Value source = input.value();
    boolean isRounded = source.dtype != source.dtype.computeType();
    if (isColumnReduction(source) || isRounded) {
      return false;
    }
    boolean readerIsFull = reader.op instanceof Op.Reduce || isFull(reader);
    if (isFull(source) == readerIsFull) {
      return input.isDense();
    }
    if (isFull(source) || columns > LONGEST_ROW) {
      return false;
    }
    List<Long> extents = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    if (elements / columns > 1) {
      extents.add(elements / columns);
      strides.add(1L);
    }
    if (columns > 1) {
      extents.add(columns);
      strides.add(0L);
    }
    Layout seen = input.layout().collapse();
    return seen.offset() == 0
        && seen.shape().toList().equals(extents)
        && seen.strides().equals(strides);
  }
}
