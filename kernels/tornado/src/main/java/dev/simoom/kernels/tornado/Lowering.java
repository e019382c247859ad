package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.tornado.codegen.ColumnCombine;
import dev.simoom.kernels.tornado.codegen.LoopLowering;
import dev.simoom.kernels.tornado.library.LibraryLowering;
import dev.simoom.kernels.tornado.memory.DeviceMemory;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns launches into tasks.
 *
 * <p>To start a task takes longer than most small ones run. So the last steps of column reductions,
 * whose results are gradients that only the optimizer reads, are put off until somebody needs one,
 * and then done together.
 */
final class Lowering {
  private final DeviceMemory memory;
  private final List<Task> tasks = new ArrayList<>();
  private final List<Task> pending = new ArrayList<>();
  private final List<Launch> unfinished = new ArrayList<>();

  private Lowering(DeviceMemory memory) {
    this.memory = memory;
  }

  /** The tasks of all launches, in order. */
  static List<Task> lower(List<Launch> launches, DeviceMemory memory) {
    Lowering lowering = new Lowering(memory);
    launches.forEach(lowering::add);
    lowering.finish();
    return lowering.tasks;
  }

  private void add(Launch launch) {
    if (unfinished.stream().anyMatch(other -> meet(other, launch))) {
      finish();
    }
    Room room = memory.room(launch);
    List<Task> added =
        launch.kernel() instanceof LoopKernel loop
            ? LoopLowering.lower(loop, room)
            : LibraryLowering.lower(launch.kernel(), room);
    for (Task task : added) {
      if (task.code() instanceof ColumnCombine) {
        pending.add(task);
        unfinished.add(launch);
      } else {
        tasks.add(task);
      }
    }
  }

  private void finish() {
    if (!pending.isEmpty()) {
      tasks.add(ColumnCombine.merged(pending));
      pending.clear();
      unfinished.clear();
    }
  }

  /**
   * Whether the result of a column reduction of the first lies where the second reads or writes.
   */
  private static boolean meet(Launch first, Launch second) {
    LoopKernel loop = (LoopKernel) first.kernel();
    List<Port> ports = loop.ports();
    for (Instruction instruction : loop.body()) {
      if (instruction instanceof Instruction.ColumnReduce reduce) {
        int port = loop.inputs().size() + reduce.output();
        if (meets(first.operands().get(port), ports.get(port), second)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean meets(Operand operand, Port port, Launch launch) {
    List<Port> ports = launch.kernel().ports();
    for (int p = 0; p < ports.size(); p++) {
      if (operand.overlaps(port.bytes(), launch.operands().get(p), ports.get(p).bytes())) {
        return true;
      }
    }
    return false;
  }
}
