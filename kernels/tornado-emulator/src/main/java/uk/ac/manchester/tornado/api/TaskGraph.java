package uk.ac.manchester.tornado.api;

import dev.simoom.kernels.tornado.emulator.Graph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;

/** Tasks in their order, and which arrays are copied to the device before them and back after. */
public final class TaskGraph extends LongestTasks {
  private final String name;
  private final Set<String> ids = new HashSet<>();
  private final List<Graph.Task> tasks = new ArrayList<>();
  private final List<Graph.Transfer> toDevice = new ArrayList<>();
  private final List<Graph.Transfer> toHost = new ArrayList<>();
  private final List<Graph.Consumed> consumed = new ArrayList<>();

  /** Without tasks. */
  public TaskGraph(String name) {
    this.name = name;
  }

  /** Its name. */
  public String getTaskGraphName() {
    return name;
  }

  @Override
  TaskGraph add(String id, Object code, Object... arguments) {
    if (!ids.add(id)) {
      throw new TornadoTaskRuntimeException("two tasks of graph " + name + " are named " + id);
    }
    tasks.add(new Graph.Task(name + "." + id, code, List.of(arguments)));
    return this;
  }

  /** Copies arrays to the device, in one of the modes of {@link DataTransferMode}. */
  public TaskGraph transferToDevice(int mode, Object... objects) {
    for (Object object : objects) {
      toDevice.add(new Graph.Transfer(mode, object));
    }
    return this;
  }

  /** Copies arrays to the host, in one of the modes of {@link DataTransferMode}. */
  public TaskGraph transferToHost(int mode, Object... objects) {
    for (Object object : objects) {
      toHost.add(new Graph.Transfer(mode, object));
    }
    return this;
  }

  /** Leaves arrays on the device for other graphs of the plan. */
  public TaskGraph persistOnDevice(Object... objects) {
    return transferToHost(DataTransferMode.UNDER_DEMAND, objects);
  }

  /** Takes arrays that another graph of the plan left on the device. */
  public TaskGraph consumeFromDevice(String uniqueTaskGraphName, Object... objects) {
    for (Object object : objects) {
      consumed.add(new Graph.Consumed(uniqueTaskGraphName, object));
    }
    return this;
  }

  /** Takes arrays that the graph run before this one left on the device. */
  public TaskGraph consumeFromDevice(Object... objects) {
    return consumeFromDevice(name, objects);
  }

  /** The graph as it is now, ready to run. */
  public ImmutableTaskGraph snapshot() {
    return new ImmutableTaskGraph(new Graph(name, tasks, toDevice, toHost, consumed));
  }
}
