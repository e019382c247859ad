package dev.simoom.kernels.tornado.emulator;

import java.util.List;

/**
 * A task graph that is complete.
 *
 * @param name its name
 * @param tasks its tasks in their order
 * @param toDevice what is copied to the device
 * @param toHost what is copied to the host, or stays on the device until it is asked for
 * @param consumed what other graphs have left on the device
 */
public record Graph(
    String name,
    List<Task> tasks,
    List<Transfer> toDevice,
    List<Transfer> toHost,
    List<Consumed> consumed) {
  /** Copies the lists. */
  public Graph {
    tasks = List.copyOf(tasks);
    toDevice = List.copyOf(toDevice);
    toHost = List.copyOf(toHost);
    consumed = List.copyOf(consumed);
  }

  /**
   * A kernel and its arguments.
   *
   * @param name graph and task: {@code graph.task}
   * @param code object whose {@code apply} calls the kernel
   * @param arguments the arguments of that method
   */
  public record Task(String name, Object code, List<Object> arguments) {}

  /**
   * A copy of an array between host and device.
   *
   * @param mode when it is made
   * @param array the array
   */
  public record Transfer(int mode, Object array) {}

  /**
   * An array that is on the device already.
   *
   * @param graph name of the graph that left it there
   * @param array the array
   */
  public record Consumed(String graph, Object array) {}
}
