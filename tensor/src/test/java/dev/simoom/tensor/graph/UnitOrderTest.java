package dev.simoom.tensor.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Value.Access;
import dev.simoom.tensor.graph.Value.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Units become one exactly if no path leads from one to the other through a third. */
class UnitOrderTest {
  private static final Shape SHAPE = Shape.of(1);

  /** Each value reads some of the values before it: {@code reach} of them, or all. */
  private static List<Value> graph(Random random, int size, int reach) {
    List<Value> values = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      List<Access> inputs = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0 && id > 0; i--) {
        int input = id - 1 - random.nextInt(Math.min(id, reach));
        inputs.add(new Access(values.get(input), Layout.dense(SHAPE)));
      }
      values.add(new Value(id, new Op.Materialize(), inputs, SHAPE, DType.F32, Kind.LIBRARY));
    }
    return values;
  }

  /** The same by following every path. */
  private static final class Plain {
    private final Map<Value, Set<Value>> unitOf = new IdentityHashMap<>();

    Plain(List<Value> values) {
      values.forEach(v -> unitOf.put(v, Set.of(v)));
    }

    boolean leadsAround(Value from, Value to) {
      Set<Value> source = unitOf.get(from);
      Set<Value> goal = unitOf.get(to);
      Set<Set<Value>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      List<Set<Value>> stack = new ArrayList<>();
      seen.add(source);
      for (Value member : source) {
        member.users.stream()
            .map(unitOf::get)
            .filter(u -> u != goal && seen.add(u))
            .forEach(stack::add);
      }
      while (!stack.isEmpty()) {
        for (Value member : stack.removeLast()) {
          for (Value user : member.users) {
            Set<Value> unit = unitOf.get(user);
            if (unit == goal) {
              return true;
            }
            if (seen.add(unit)) {
              stack.add(unit);
            }
          }
        }
      }
      return false;
    }

    boolean join(Value a, Value b) {
      if (unitOf.get(a) == unitOf.get(b)) {
        return true;
      }
      if (leadsAround(a, b) || leadsAround(b, a)) {
        return false;
      }
      Set<Value> both = new HashSet<>(unitOf.get(a));
      both.addAll(unitOf.get(b));
      both.forEach(v -> unitOf.put(v, both));
      return true;
    }
  }

  private static void compare(long seed, long gap) {
    Random random = new Random(seed);
    int size = 2 + random.nextInt(40);
    List<Value> values = graph(random, size, 1 + random.nextInt(size));
    UnitOrder order = new UnitOrder(values, gap);
    Plain plain = new Plain(values);
    for (int i = 0; i < 3 * size; i++) {
      Value a = values.get(random.nextInt(size));
      Value b = values.get(random.nextInt(size));
      if (plain.unitOf.get(a) != plain.unitOf.get(b)) {
        assertThat(order.leadsAround(a, b))
            .as("seed %d, gap %d: %s to %s", seed, gap, a, b)
            .isEqualTo(plain.leadsAround(a, b));
      }
      assertThat(order.join(a, b))
          .as("seed %d, gap %d: %s and %s", seed, gap, a, b)
          .isEqualTo(plain.join(a, b));
    }
  }

  @Test
  void agreesWithFollowingEveryPath() {
    for (long seed = 0; seed < 400; seed++) {
      compare(seed, 1L << 32);
    }
  }

  @Test
  void agreesWhereTheOrderIsNumberedAnewAgainAndAgain() {
    for (long seed = 0; seed < 400; seed++) {
      compare(seed, 1 + seed % 3);
    }
  }
}
