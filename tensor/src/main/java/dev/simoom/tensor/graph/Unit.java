package dev.simoom.tensor.graph;

import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.tensor.graph.Value.Access;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * What is launched as one: one kernel, or a few that write one value.
 *
 * @param operations what is computed, in order, for people
 * @param reads inputs from memory
 * @param writes values put in memory
 * @param mayUpdate whether a value may be written exactly where an input is read
 * @param launches makes the launches once it is known where everything lies
 */
record Unit(
    List<String> operations,
    List<Access> reads,
    List<Value> writes,
    BiPredicate<Access, Value> mayUpdate,
    Function<Places, List<Launch>> launches) {

  /** A unit whose outputs must not lie on its inputs. */
  static Unit of(
      List<String> operations,
      List<Access> reads,
      List<Value> writes,
      Function<Places, List<Launch>> launches) {
    return new Unit(operations, reads, writes, (read, written) -> false, launches);
  }

  /** Where values lie in memory. */
  interface Places {
    /** The first element of a value. */
    Operand of(Value value);

    /** The first element that is read through an access. */
    default Operand of(Access access) {
      Operand start = of(access.value());
      long offset = access.layout().offset() * access.value().dtype.bytes();
      return new Operand(start.slot(), start.offset() + offset);
    }
  }

  /** The smallest number among the values written, by which units are ordered. */
  int order() {
    return writes.stream().mapToInt(v -> v.id).min().orElse(0);
  }
}
