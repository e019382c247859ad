package dev.simoom.tensor;

import dev.simoom.tensor.graph.EagerExecutor;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The tensors made outside of a trace that it uses: every run reads their memory again. */
final class Captures {
  private record Capture(Node node, Node.Stored stored) {}

  private final List<Capture> captures = new ArrayList<>();

  private Captures() {}

  /**
   * Finds them.
   *
   * @param arguments the symbols that the trace was given
   * @throws IllegalStateException if it uses the symbol of another trace
   */
  static Captures of(Trace trace, List<Tensor> arguments, List<Node> results) {
    Captures found = new Captures();
    Set<Node> own = Collections.newSetFromMap(new IdentityHashMap<>());
    arguments.forEach(t -> own.add(t.node()));
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Node> stack = new ArrayList<>(results);
    stack.addAll(trace.assigned().values());
    while (!stack.isEmpty()) {
      Node node = stack.removeLast();
      if (!seen.add(node)) {
        continue;
      }
      Node.Stored stored = node.stored();
      if (stored != null) {
        found.captures.add(new Capture(node, stored));
      } else if (node.op() instanceof Op.Source && !own.contains(node) && !trace.made(node)) {
        throw new IllegalStateException(
            node + " is a symbol of another trace; make it an input of the program");
      } else {
        stack.addAll(node.inputs());
      }
    }
    return found;
  }

  /**
   * Checks that the memory of each still holds what it did when it was traced.
   *
   * @throws IllegalStateException if it was closed or written anew
   */
  void check() {
    for (int i = 0; i < captures.size(); i++) {
      Capture capture = captures.get(i);
      EagerExecutor.checkUsable(capture.node, capture.stored);
    }
  }
}
