package dev.simoom.kernels.tornado.emulator;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Runs graphs, with device memory of its own. */
public final class Plan {
  private static final int MOST_TASKS = 256;

  /** Launches are numbered over all plans; one runs at a time. */
  private static final Object LOCK = new Object();

  private static long launches;

  private final List<PlanGraph> graphs = new ArrayList<>();
  private final DeviceMemory memory = new DeviceMemory();
  private final Map<Object, Compiled> compiled = new IdentityHashMap<>();
  private List<PlanGraph> chosen;
  private @Nullable PlanGraph last;
  private Function<String, @Nullable WorkerGrid> grids = name -> null;
  private final Counter counter = new Counter();

  private record Compiled(Kernel kernel, Consumer<Object[]> code) {}

  /** A plan of graphs. */
  public Plan(List<Graph> graphs) {
    graphs.forEach(graph -> this.graphs.add(new PlanGraph(graph, memory)));
    chosen = List.copyOf(this.graphs);
  }

  /** Runs the chosen graphs; each may take over arrays from the last of the runs before. */
  public void execute() {
    synchronized (LOCK) {
      counter.clear();
      long start = System.nanoTime();
      for (PlanGraph graph : chosen) {
        execute(graph);
      }
      last = chosen.getLast();
      counter.total(System.nanoTime() - start);
    }
  }

  private void execute(PlanGraph graph) {
    if (graph.tasks().size() > MOST_TASKS) {
      throw new ArrayIndexOutOfBoundsException(
          "Index " + MOST_TASKS + " out of bounds for length " + MOST_TASKS);
    }
    graph.tasks().forEach(task -> compiled(task.code()));
    graph.takeOver(last);
    graph.copyIn(counter);
    long start = System.nanoTime();
    graph.tasks().forEach(task -> run(graph, task));
    counter.kernels(System.nanoTime() - start);
    graph.copyOut(counter);
  }

  private void run(PlanGraph graph, Graph.Task task) {
    Compiled code = compiled(task.code());
    Object[] arguments = new Object[task.arguments().size()];
    List<DeviceCopy> copies = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      Object argument = task.arguments().get(i);
      arguments[i] = argument;
      if (argument instanceof TornadoNativeArray array) {
        DeviceCopy copy = graph.copyOf(array);
        copies.add(copy);
        arguments[i] = copy.array();
      }
    }
    new Launch(code.kernel, code.code, arguments, copies, ++launches, extent(task)).run();
  }

  private Launch.Extent extent(Graph.Task task) {
    WorkerGrid grid = grids.apply(task.name());
    boolean placed = task.arguments().stream().anyMatch(KernelContext.class::isInstance);
    if (grid == null || !placed) {
      throw new TornadoRuntimeException("task " + task.name() + " has no grid");
    }
    int[] global = new int[3];
    int[] local = new int[3];
    for (int d = 0; d < 3; d++) {
      global[d] = Math.toIntExact(grid.getGlobalWork()[d]);
      local[d] = grid.getLocalWork() == null ? 1 : Math.toIntExact(grid.getLocalWork()[d]);
      if (local[d] < 1 || global[d] % local[d] != 0) {
        throw new TornadoRuntimeException(
            "task %s: %d work items cannot be cut into groups of %d"
                .formatted(task.name(), global[d], local[d]));
      }
    }
    return new Launch.Extent(global, local);
  }

  private Compiled compiled(Object task) {
    return compiled.computeIfAbsent(
        task,
        t -> {
          Kernel kernel = Kernel.of(t);
          Restrictions.check(kernel);
          return new Compiled(kernel, Instrumentation.of(kernel));
        });
  }

  /** Compiles the tasks of the chosen graphs. */
  public void compile() {
    chosen.forEach(graph -> graph.tasks().forEach(task -> compiled(task.code())));
  }

  /** Chooses one graph for the next executions. */
  public void choose(int graph) {
    if (graph < 0 || graph >= graphs.size()) {
      throw new TornadoRuntimeException(
          "TaskGraph index #" + graph + " does not exist in current executor");
    }
    chosen = List.of(graphs.get(graph));
  }

  /** Chooses all graphs for the next executions. */
  public void chooseAll() {
    chosen = List.copyOf(graphs);
  }

  /** Whether one of the graphs has a task, by its name and the graph's. */
  public boolean hasTask(String name) {
    return graphs.stream().flatMap(g -> g.tasks().stream()).anyMatch(t -> t.name().equals(name));
  }

  /** Sets the grids of tasks, by their names. */
  public void setGrids(Function<String, @Nullable WorkerGrid> grids) {
    this.grids = grids;
  }

  /** Profiles or does not; it costs nothing here, so the profile is always there. */
  public void setProfiled(boolean profiled) {}

  /** What the last execution took. */
  public Profile profile() {
    return counter.profile(memory.bytes());
  }

  /** Gives up all device memory. */
  public void free() {
    graphs.forEach(PlanGraph::free);
    last = null;
  }

  /** Copies an array to the host. */
  public void copyOut(Object array) {
    holder(array).copyOut(array, 0, Long.MAX_VALUE, counter);
  }

  /** Copies a part of an array to the host. */
  public void copyOut(Object array, long offset, long bytes) {
    holder(array).copyOut(array, offset, bytes, counter);
  }

  private PlanGraph holder(Object array) {
    return chosen.stream()
        .filter(graph -> graph.holds(array))
        .findFirst()
        .orElseThrow(
            () -> new TornadoRuntimeException("the array is not on the device for these graphs"));
  }
}
