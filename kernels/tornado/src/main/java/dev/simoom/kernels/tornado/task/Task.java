package dev.simoom.kernels.tornado.task;

import java.util.List;

/**
 * One task of a task graph.
 *
 * @param name of what it computes, for messages
 * @param code what each work item runs
 * @param arrays the arguments that are arrays, in the order of the code's parameters
 * @param grid how many work items there are
 */
public record Task(String name, Code code, List<ArrayRef> arrays, Grid grid) {
  /** Copies the list. */
  public Task {
    arrays = List.copyOf(arrays);
  }
}
