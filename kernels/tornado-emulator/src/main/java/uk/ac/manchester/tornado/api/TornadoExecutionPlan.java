package uk.ac.manchester.tornado.api;

import dev.simoom.kernels.tornado.emulator.Plan;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Runs task graphs, and holds what they keep on the device. */
public final class TornadoExecutionPlan implements AutoCloseable {
  private final Plan plan;

  /** A plan of graphs, which are numbered from 0. */
  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    plan = new Plan(Arrays.stream(immutableTaskGraphs).map(ImmutableTaskGraph::graph).toList());
  }

  /** One of the devices. */
  public static TornadoDevice getDevice(int driverIndex, int deviceIndex) {
    return TornadoRuntimeProvider.getTornadoRuntime()
        .getBackend(driverIndex)
        .getDevice(deviceIndex);
  }

  /** Runs the chosen graphs, and returns when they have ended. */
  public TornadoExecutionResult execute() {
    plan.execute();
    return new TornadoExecutionResult(plan);
  }

  /** Chooses one graph for the next executions. */
  public TornadoExecutionPlan withGraph(int graphIndex) {
    plan.choose(graphIndex);
    return this;
  }

  /** Chooses all graphs for the next executions. */
  public TornadoExecutionPlan withAllGraphs() {
    plan.chooseAll();
    return this;
  }

  /** Compiles all tasks. */
  public TornadoExecutionPlan withPreCompilation() {
    plan.compile();
    return this;
  }

  /** Chooses the device, of which there is one. */
  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    return this;
  }

  /** The device of a graph. */
  public TornadoDevice getDevice(int immutableTaskGraphIndex) {
    return getDevice(0, 0);
  }

  /** Has CUDA replay each graph once it has run; there is no CUDA here. */
  public TornadoExecutionPlan withCUDAGraph() {
    return this;
  }

  /** Sets the grids of tasks. */
  public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
    if (gridScheduler.keySet().stream().noneMatch(plan::hasTask)) {
      throw new TornadoRuntimeException("a grid scheduler without a task of the plan's graphs");
    }
    plan.setGrids(task -> gridScheduler.get(task));
    return this;
  }

  /** Starts to profile. */
  public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
    plan.setProfiled(true);
    return this;
  }

  /** No longer profiles. */
  public TornadoExecutionPlan withoutProfiler() {
    plan.setProfiled(false);
    return this;
  }

  /** Bytes that the plan has on the device. */
  public long getCurrentDeviceMemoryUsage() {
    return plan.profile().totalDeviceMemoryUsage();
  }

  /** Gives up what the plan has on the device. */
  public TornadoExecutionPlan freeDeviceMemory() {
    plan.free();
    return this;
  }

  /**
   * Gives up what the plan has on the device.
   *
   * @throws TornadoExecutionPlanException never
   */
  @Override
  public void close() throws TornadoExecutionPlanException {
    plan.free();
  }
}
