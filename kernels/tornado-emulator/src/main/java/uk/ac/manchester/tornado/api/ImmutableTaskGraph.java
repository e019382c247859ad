package uk.ac.manchester.tornado.api;

import dev.simoom.kernels.tornado.emulator.Graph;

/** A task graph that is complete. */
public final class ImmutableTaskGraph {
  private final Graph graph;

  ImmutableTaskGraph(Graph graph) {
    this.graph = graph;
  }

  Graph graph() {
    return graph;
  }
}
