package uk.ac.manchester.tornado.api;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The grids of tasks, by the names of their graphs and their own: {@code graph.task}. */
public final class GridScheduler {
  private final Map<String, WorkerGrid> grids = new ConcurrentHashMap<>();

  /** Without a grid. */
  public GridScheduler() {}

  /** With the grid of one task. */
  public GridScheduler(String taskName, WorkerGrid workerGrid) {
    addWorkerGrid(taskName, workerGrid);
  }

  /** Sets the grid of a task. */
  public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  /** The grid of a task, or null. */
  public @Nullable WorkerGrid get(String taskName) {
    return grids.get(taskName);
  }

  /** Whether a task has a grid. */
  public boolean contains(String taskGraphName, String taskName) {
    return grids.containsKey(taskGraphName + "." + taskName);
  }

  /** The names of the tasks that have one. */
  public Set<String> keySet() {
    return grids.keySet();
  }
}
