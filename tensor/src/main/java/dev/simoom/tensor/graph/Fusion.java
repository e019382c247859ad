package dev.simoom.tensor.graph;

import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which values are computed together.
 *
 * <p>Each elementwise operation or reduction starts as a cluster of its own and is merged with
 * those it reads from, as long as the nests agree and no path leads out of the merged cluster and
 * back into it. Then clusters that read the same large input are merged likewise. What one cluster
 * needs of another goes through memory, unless computing it again costs less than the traffic.
 */
final class Fusion {
  private static final int MAX_MEMBERS = 120;
  private static final int MAX_OPERANDS = 28;
  private static final int RECOMPUTE_LIMIT = 24;
  private static final long SHARED_INPUT = 1 << 14;

  private final Set<Value> required;
  private final Map<Value, Cluster> clusterOf = new HashMap<>();
  private final UnitOrder order;

  private final Set<Value> inMemory = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param values all values in order
   * @param required those that must be in memory at the end
   */
  Fusion(List<Value> values, Set<Value> required) {
    this.required = required;
    order = new UnitOrder(values);
    for (Value value : values) {
      if (value.kind == Kind.LOOP && value.elements() > 0) {
        clusterOf.put(value, Cluster.of(value));
        joinProducers(value);
      } else if (value.kind == Kind.INLINE && value.elements() > 0 && isReadFromMemory(value)) {
        clusterOf.put(value, Cluster.of(value));
        inMemory.add(value);
      }
    }
    joinSiblings(values);
    chooseMemory(values);
  }

  private boolean isReadFromMemory(Value value) {
    return required.contains(value) || value.users.stream().anyMatch(u -> u.kind == Kind.LIBRARY);
  }

  /**
   * The cluster that puts coordinates in memory for a reader whose loop nest cannot follow them.
   */
  Cluster materialize(Value coordinates) {
    inMemory.add(coordinates);
    return clusterOf.computeIfAbsent(coordinates, Cluster::of);
  }

  /** The cluster that computes a value, or null if that is not a loop's business. */
  @Nullable Cluster clusterOf(Value value) {
    return clusterOf.get(value);
  }

  /** All clusters in the order of their first members. */
  Set<Cluster> clusters() {
    List<Value> values = new ArrayList<>(clusterOf.keySet());
    values.sort((a, b) -> Integer.compare(a.id, b.id));
    Set<Cluster> clusters = new LinkedHashSet<>();
    values.forEach(v -> clusters.add(clusterOf.get(v)));
    return clusters;
  }

  /** The order in which clusters and the other values can be computed. */
  UnitOrder order() {
    return order;
  }

  /** Whether a value of a cluster is written to memory. */
  boolean isInMemory(Value value) {
    return inMemory.contains(value);
  }

  // ---------------------------------------------------------------- merging

  private void joinProducers(Value value) {
    for (Access input : value.inputs) {
      Cluster producer = clusterOf.get(input.value());
      Cluster own = clusterOf.get(value);
      if (producer != null && producer != own && input.value().kind == Kind.LOOP) {
        tryMerge(own, producer);
      }
    }
  }

  private void joinSiblings(List<Value> values) {
    for (Value shared : values) {
      if (shared.elements() < SHARED_INPUT || shared.kind == Kind.INLINE) {
        continue;
      }
      Set<Cluster> readers = new LinkedHashSet<>();
      for (Value user : shared.users) {
        Cluster cluster = clusterOf.get(user);
        if (cluster != null) {
          readers.add(cluster);
        }
      }
      List<Cluster> list = new ArrayList<>(readers);
      for (int i = 1; i < list.size(); i++) {
        Cluster first = list.get(0);
        Optional<Cluster> merged = tryMerge(list.get(i), first);
        if (merged.isPresent()) {
          list.set(0, merged.get());
        }
      }
    }
  }

  private Optional<Cluster> tryMerge(Cluster a, Cluster b) {
    if (a.members.size() + b.members.size() > MAX_MEMBERS) {
      return Optional.empty();
    }
    Optional<Cluster> merged =
        a.merge(b)
            .filter(m -> operands(m) <= MAX_OPERANDS)
            .filter(m -> order.join(a.members.first(), b.members.first()));
    merged.ifPresent(m -> m.members.forEach(v -> clusterOf.put(v, m)));
    return merged;
  }

  private int operands(Cluster cluster) {
    Set<Access> inputs = new HashSet<>();
    int outputs = 0;
    for (Value member : cluster.members) {
      for (Access input : member.inputs) {
        if (!cluster.members.contains(input.value()) && input.value().kind != Kind.INLINE) {
          inputs.add(input.canonical());
        }
      }
      boolean leaves =
          required.contains(member)
              || member.users.stream().anyMatch(u -> !cluster.members.contains(u));
      outputs += leaves ? 1 : 0;
    }
    return inputs.size() + outputs;
  }

  // ---------------------------------------------------------------- memory or recomputation

  private void chooseMemory(List<Value> values) {
    for (Value value : values) {
      Cluster cluster = clusterOf.get(value);
      if (value.kind == Kind.LOOP && cluster != null && needsMemory(value, cluster)) {
        inMemory.add(value);
      }
    }
  }

  private boolean needsMemory(Value value, Cluster cluster) {
    if (required.contains(value)) {
      return true;
    }
    List<Value> readers = value.users.stream().filter(u -> clusterOf.get(u) != cluster).toList();
    if (readers.isEmpty()) {
      return false;
    }
    boolean dense =
        readers.stream().allMatch(u -> clusterOf.get(u) != null && readsDensely(u, value));
    Set<Value> perRow = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean recomputable =
        dense
            && cluster.isFull(value)
            && new Recomputation(cluster, perRow).cost(value) <= RECOMPUTE_LIMIT;
    if (recomputable) {
      inMemory.addAll(perRow);
    }
    return !recomputable;
  }

  private static boolean readsDensely(Value user, Value source) {
    return user.inputs.stream().filter(a -> a.value() == source).allMatch(Access::isDense);
  }

  /**
   * The price of computing a value again: its arithmetic and what must be read for it beyond the
   * first full-size input, which takes the place of the value itself. Results of row reductions are
   * cheap to read and so are kept in memory instead.
   */
  private final class Recomputation {
    private final Cluster cluster;
    private final Set<Value> perRow;
    private final Set<Object> counted = new HashSet<>();
    private boolean readsFullSize;

    Recomputation(Cluster cluster, Set<Value> perRow) {
      this.cluster = cluster;
      this.perRow = perRow;
    }

    int cost(Value value) {
      if (!counted.add(value)) {
        return 0;
      }
      int cost = arithmetic(value);
      for (Access input : value.inputs) {
        if (cost > RECOMPUTE_LIMIT) {
          return cost;
        }
        if (input.value().kind != Kind.INLINE) {
          cost += cost(input, value);
        }
      }
      return cost;
    }

    private int cost(Access input, Value reader) {
      Value source = input.value();
      if (source.kind == Kind.LOOP && !inMemory.contains(source)) {
        if (clusterOf.get(source) == cluster && !cluster.isFull(source)) {
          perRow.add(source);
          return 0;
        }
        boolean here = input.isDense() && !(source.op instanceof Op.Reduce);
        return here ? cost(source) : RECOMPUTE_LIMIT + 1;
      }
      if (!counted.add(input.canonical()) || input.layout().footprint() < reader.elements()) {
        return 0;
      }
      boolean first = !readsFullSize;
      readsFullSize = true;
      return first ? 0 : RECOMPUTE_LIMIT / 2 + 1;
    }
  }

  private static int arithmetic(Value value) {
    if (value.dtype != value.dtype.computeType()) {
      return RECOMPUTE_LIMIT + 1;
    }
    return value.op instanceof Op.Pointwise(var op)
        ? switch (op) {
          case EXP, LOG, TANH -> 8;
          case SIN, COS, UNPACK_SIGNED, UNPACK_UNSIGNED, PACK_SIGNED, PACK_UNSIGNED ->
              RECOMPUTE_LIMIT;
          case DIV, SQRT -> 3;
          default -> 1;
        }
        : 1;
  }
}
