package dev.simoom.tensor.graph;

import java.util.List;
import java.util.Map;

/** Shows tests of other packages how much work it is to compile a graph. */
public final class CompileEffort {
  private CompileEffort() {}

  /** For each value of a graph, the units that are looked at to decide what is fused. */
  public static double visitsPerValue(List<Node> outputs, Map<StateSlot, Node> replaced) {
    GraphCompiler compiler = new GraphCompiler(outputs, replaced);
    compiler.units();
    GraphCompiler.Effort effort = compiler.effort();
    return (double) effort.visits() / effort.values();
  }
}
