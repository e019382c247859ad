package dev.simoom.kernels.tornado;

import dev.simoom.kernels.tornado.codegen.KernelFolder;
import dev.simoom.kernels.tornado.codegen.KernelWriter;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/**
 * Builds the task graphs of one execution plan: one that brings to the device what the host may
 * replace, and then as many as the tasks need.
 *
 * <p>Every array stays on the device from graph to graph and from run to run. TornadoVM hands
 * arrays on only from the graph that ran last, so each graph takes over all that there were before
 * it, those that its tasks do not use too.
 */
final class Graphs {
  /** TornadoVM holds 256 tasks in a graph. */
  private static final int MOST_TASKS = 200;

  /** It takes 20 arguments to a task, the context among them. */
  private static final int MOST_TOUCHED = 15;

  private static final String UPLOAD = "upload";

  private final List<HostArray> arrays;
  private final KernelFolder folder;
  private final KernelContext context = new KernelContext();
  private final GridScheduler grids = new GridScheduler();
  private final List<ImmutableTaskGraph> graphs = new ArrayList<>();

  /** The arrays of the graphs so far. */
  private final Set<ArrayRef> known = new LinkedHashSet<>();

  private final int firstOfTasks;
  private String last = UPLOAD;

  /**
   * Graphs for a list of tasks.
   *
   * @param arrays all arrays, by number
   * @param uploaded those whose content the host may replace
   */
  Graphs(
      List<HostArray> arrays,
      KernelFolder folder,
      Collection<ArrayRef> uploaded,
      List<Task> tasks) {
    this.arrays = arrays;
    this.folder = folder;
    if (!uploaded.isEmpty()) {
      addUpload(List.copyOf(uploaded));
    }
    firstOfTasks = graphs.size();
    for (int from = 0; from < tasks.size(); from += MOST_TASKS) {
      addTasks(tasks.subList(from, Math.min(tasks.size(), from + MOST_TASKS)));
    }
  }

  private void addUpload(List<ArrayRef> uploaded) {
    TaskGraph graph = new TaskGraph(UPLOAD);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, objects(uploaded));
    touch(graph, UPLOAD, uploaded);
    graph.persistOnDevice(objects(uploaded));
    known.addAll(uploaded);
    graphs.add(graph.snapshot());
  }

  private void addTasks(List<Task> tasks) {
    String name = "tasks" + graphs.size();
    TaskGraph graph = new TaskGraph(name);
    Set<ArrayRef> used = new LinkedHashSet<>();
    tasks.forEach(task -> used.addAll(task.arrays()));
    if (!known.isEmpty()) {
      graph.consumeFromDevice(last, objects(known));
    }
    List<ArrayRef> fresh = used.stream().filter(ref -> !known.contains(ref)).toList();
    transfer(graph, DataTransferMode.EVERY_EXECUTION, fresh, Role.TRAVELLING);
    transfer(graph, DataTransferMode.FIRST_EXECUTION, fresh, Role.CONSTANT);
    touch(graph, name, known.stream().filter(ref -> !used.contains(ref)).toList());
    for (int t = 0; t < tasks.size(); t++) {
      addTask(graph, name, "task" + t, tasks.get(t));
    }
    known.addAll(used);
    graph.persistOnDevice(objects(known));
    List<ArrayRef> wanted = known.stream().filter(this::goesToHost).toList();
    if (!wanted.isEmpty()) {
      graph.transferToHost(DataTransferMode.UNDER_DEMAND, objects(wanted));
    }
    last = name;
    graphs.add(graph.snapshot());
  }

  private void transfer(TaskGraph graph, int mode, List<ArrayRef> refs, Role role) {
    List<ArrayRef> chosen =
        refs.stream().filter(ref -> arrays.get(ref.number()).device().role() == role).toList();
    if (!chosen.isEmpty()) {
      graph.transferToDevice(mode, objects(chosen));
    }
  }

  private boolean goesToHost(ArrayRef ref) {
    Role role = arrays.get(ref.number()).device().role();
    return role == Role.STATE || role == Role.REPORT;
  }

  private Object[] objects(Collection<ArrayRef> refs) {
    return refs.stream().map(ref -> arrays.get(ref.number()).array()).toArray();
  }

  /** TornadoVM passes over arrays that are the argument of no task. */
  private void touch(TaskGraph graph, String name, List<ArrayRef> refs) {
    Code nothing = (Code.Generated) (code, parameters) -> code.return_();
    for (int from = 0; from < refs.size(); from += MOST_TOUCHED) {
      List<ArrayRef> some = refs.subList(from, Math.min(refs.size(), from + MOST_TOUCHED));
      addTask(graph, name, "touch" + from, new Task("touch", nothing, some, Grid.of(1, 1)));
    }
  }

  private void addTask(TaskGraph graph, String graphName, String id, Task task) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(folder.task(KernelWriter.write(task)));
    arguments.add(context);
    KernelWriter.parameters(task).forEach(ref -> arguments.add(arrays.get(ref.number()).array()));
    add(graph, id, task, arguments);
    Grid grid = task.grid();
    WorkerGrid2D workers =
        new WorkerGrid2D(
            Math.multiplyExact(grid.groupsX(), grid.localX()),
            Math.multiplyExact(grid.groupsY(), grid.localY()));
    workers.setLocalWork(grid.localX(), grid.localY(), 1);
    grids.addWorkerGrid(graphName + "." + id, workers);
  }

  /**
   * Adds a task to a graph, for which TornadoVM has a method for each number of arguments.
   *
   * @param arguments the object that calls the kernel, then what it calls it with
   * @throws KernelFailure if TornadoVM does not take it
   */
  static void add(TaskGraph graph, String id, Task task, List<Object> arguments) {
    Object[] all = new Object[1 + arguments.size()];
    all[0] = id;
    System.arraycopy(arguments.toArray(), 0, all, 1, arguments.size());
    Method method =
        Arrays.stream(TaskGraph.class.getMethods())
            .filter(m -> m.getName().equals("task") && m.getParameterCount() == all.length)
            .findFirst()
            .orElseThrow(
                () ->
                    new UnsupportedOperationException(
                        task.name() + ": " + (all.length - 3) + " arrays are too many"));
    try {
      method.invoke(graph, all);
    } catch (InvocationTargetException e) {
      throw new KernelFailure(task.name(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  ImmutableTaskGraph[] graphs() {
    return graphs.toArray(ImmutableTaskGraph[]::new);
  }

  GridScheduler grids() {
    return grids;
  }

  /** The first graph that runs tasks; all from it on do. */
  int firstOfTasks() {
    return firstOfTasks;
  }
}
