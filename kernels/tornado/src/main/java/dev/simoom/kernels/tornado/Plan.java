package dev.simoom.kernels.tornado;

import dev.simoom.kernels.tornado.memory.DeviceArray;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** An execution plan of TornadoVM, its arrays, and counts of what it moves. */
final class Plan implements AutoCloseable {
  /**
   * System property: whether TornadoVM counts and times what each run does, which makes runs
   * slower; explain() shows it.
   */
  static final String PROFILE = "simoom.tornado.profile";

  /** System property: whether CUDA is to replay a run as one graph once it has seen it. */
  private static final boolean GRAPHS =
      Boolean.parseBoolean(System.getProperty("simoom.tornado.graphs", "true"));

  private final OpenDevice device;
  private final List<DeviceArray> deviceArrays;
  private final List<HostArray> arrays;
  private final List<ArrayRef> uploaded;
  private final List<Task> tasks;
  private final Graphs graphs;
  private final TornadoExecutionPlan plan;
  private final @Nullable TornadoExecutionResult[] results;
  private final long travelling;
  private final boolean profiled = Boolean.getBoolean(PROFILE);
  private final Traffic traffic = new Traffic();

  /**
   * A plan, ready to be run.
   *
   * @param arrays all arrays, by number
   * @param uploaded those whose content the host may replace
   */
  Plan(OpenDevice device, List<DeviceArray> arrays, List<ArrayRef> uploaded, List<Task> tasks) {
    this.device = device;
    this.uploaded = List.copyOf(uploaded);
    this.tasks = List.copyOf(tasks);
    deviceArrays = List.copyOf(arrays);
    this.arrays = arrays.stream().map(HostArray::of).toList();
    graphs = new Graphs(this.arrays, device.folder(), uploaded, tasks);
    plan = new TornadoExecutionPlan(graphs.graphs());
    plan.withDevice(device.device()).withGridScheduler(graphs.grids());
    if (profiled) {
      plan.withProfiler(ProfilerMode.SILENT);
    } else if (GRAPHS && device.device().getTornadoVMBackend() == TornadoVMBackendType.CUDA) {
      plan.withCUDAGraph();
    }
    results = new TornadoExecutionResult[graphs.graphs().length];
    travelling =
        arrays.stream()
            .filter(a -> a.role() == Role.TRAVELLING)
            .mapToLong(DeviceArray::bytes)
            .sum();
  }

  HostArray array(ArrayRef ref) {
    return arrays.get(ref.number());
  }

  /** Brings the content of all arrays that the host may replace to the device. */
  void upload() {
    execute(0);
    uploaded.forEach(ref -> traffic.upload(arrays.get(ref.number()).device().bytes()));
  }

  /** Runs all tasks. */
  void run() {
    long start = System.nanoTime();
    traffic.begin();
    for (int graph = graphs.firstOfTasks(); graph < results.length; graph++) {
      TornadoExecutionResult result = execute(graph);
      if (profiled) {
        traffic.profiled(result.getProfilerResult());
      }
    }
    traffic.ran(System.nanoTime() - start, travelling);
  }

  /** TornadoVM throws exceptions and errors of many kinds where a task does not compile. */
  private TornadoExecutionResult execute(int graph) {
    try {
      TornadoExecutionResult result = plan.withGraph(graph).execute();
      results[graph] = result;
      return result;
    } catch (TornadoOutOfMemoryException e) {
      throw device.outOfMemory(e);
    } catch (RuntimeException | Error e) {
      if (results[graph] != null) {
        throw e;
      }
      throw new KernelFailure(device, culprit(), e);
    }
  }

  /** The task that does not compile by itself, or all if each does. */
  private String culprit() {
    if (tasks.size() == 1) {
      return tasks.getFirst().name();
    }
    for (Task task : tasks) {
      Graphs alone = new Graphs(arrays, device.folder(), List.of(), List.of(task));
      try (TornadoExecutionPlan trial = new TornadoExecutionPlan(alone.graphs())) {
        trial.withDevice(device.device()).withGridScheduler(alone.grids()).withPreCompilation();
      } catch (RuntimeException | Error | TornadoExecutionPlanException e) {
        return task.name();
      }
    }
    return tasks.size() + " tasks together";
  }

  /** Brings an array's content to the host. */
  void download(ArrayRef ref) {
    synchronized (device) {
      TornadoExecutionResult result = results[results.length - 1];
      if (result == null) {
        throw new IllegalStateException("nothing has run that could have made " + ref);
      }
      result.transferToHost(arrays.get(ref.number()).array());
      traffic.download(arrays.get(ref.number()).device().bytes());
    }
  }

  /** What it is and how it runs, for people. */
  String explain() {
    return traffic.explain(
        tasks.size(), results.length - graphs.firstOfTasks(), OpenDevice.bytes(deviceArrays));
  }

  @Override
  public void close() {
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new IllegalStateException("closing an execution plan failed", e);
    }
  }
}
