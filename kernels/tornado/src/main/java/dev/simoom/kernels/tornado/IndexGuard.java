package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.IndexErrors;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.ScatterAdd;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.TopK;
import dev.simoom.kernels.tornado.library.LibraryLowering;
import dev.simoom.kernels.tornado.memory.DeviceMemory;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds indices that lie outside their table, which device code cannot report by itself.
 *
 * <p>Indices that come from the host are looked at there, before a run; those that a top-k made are
 * right by themselves; all others are looked at by a task at the end of the run.
 */
final class IndexGuard {
  private static final int REPORT = 2;

  /** The indices of one kernel. */
  private record Indices(Kernel kernel, int port, Operand operand, long count, long entries) {
    static @Nullable Indices of(Launch launch) {
      return switch (launch.kernel()) {
        case Gather k -> of(launch, 0, k.entries());
        case SparseDecode k -> of(launch, 1, k.shape().entries());
        case SparseDot k -> of(launch, 1, k.shape().entries());
        case ScatterAdd k -> of(launch, k.weighted() ? 1 : 0, k.entries());
        default -> null;
      };
    }

    private static @Nullable Indices of(Launch launch, int port, long entries) {
      long count = launch.kernel().ports().get(port).elements();
      return count == 0
          ? null
          : new Indices(launch.kernel(), port, launch.operands().get(port), count, entries);
    }

    boolean meets(Operand other, Port port) {
      return operand.overlaps(4 * count, other, port.bytes());
    }
  }

  /** Indices from the host, and which content was right. */
  private static final class HostCheck {
    private final Indices indices;
    private @Nullable Buffer seen;
    private long version;

    HostCheck(Indices indices) {
      this.indices = indices;
    }

    void look(Buffer buffer) {
      if (buffer == seen && buffer.version() == version) {
        return;
      }
      seen = null;
      MemorySegment content = buffer.content();
      int outside = 0;
      for (long i = 0; i < indices.count; i++) {
        // Either difference has the sign bit if the index is outside.
        int index = content.get(ValueLayout.JAVA_INT, indices.operand.offset() + 4 * i);
        outside |= index | (int) (indices.entries - 1 - index);
      }
      if (outside < 0) {
        refuse(content);
      }
      seen = buffer;
      version = buffer.version();
    }

    private void refuse(MemorySegment content) {
      for (long i = 0; i < indices.count; i++) {
        int index = content.get(ValueLayout.JAVA_INT, indices.operand.offset() + 4 * i);
        if (index < 0 || index >= indices.entries) {
          throw IndexErrors.outside(indices.kernel, i, index, indices.entries);
        }
      }
    }
  }

  private final List<HostCheck> onHost = new ArrayList<>();
  private final List<Indices> onDevice = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private @Nullable Place report;

  private IndexGuard() {}

  static IndexGuard of(List<Launch> launches, DeviceMemory memory) {
    IndexGuard guard = new IndexGuard();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < launches.size(); i++) {
      Launch launch = launches.get(i);
      Indices indices = Indices.of(launch);
      if (indices == null) {
        continue;
      }
      Kernel maker = maker(launches.subList(0, i), indices);
      if (maker == null) {
        guard.onHost.add(new HostCheck(indices));
      } else if (!(maker instanceof TopK top && top.columns() <= indices.entries)) {
        guard.onDevice.add(indices);
        places.add(memory.room(launch).operand(indices.port));
      }
    }
    if (!places.isEmpty()) {
      guard.addTasks(places, memory.report(REPORT * places.size()));
    }
    return guard;
  }

  private void addTasks(List<Place> places, Place all) {
    report = all;
    for (int i = 0; i < places.size(); i++) {
      Indices indices = onDevice.get(i);
      tasks.add(
          LibraryLowering.indexCheck(
              places.get(i),
              Math.toIntExact(indices.count),
              Math.toIntExact(indices.entries),
              new Place(all.array(), all.offset() + REPORT * i)));
    }
  }

  /** The kernel that wrote indices last, or null if none did. */
  private static @Nullable Kernel maker(List<Launch> before, Indices indices) {
    for (Launch launch : before.reversed()) {
      List<Port> ports = launch.kernel().ports();
      for (int p = 0; p < ports.size(); p++) {
        if (ports.get(p).output() && indices.meets(launch.operands().get(p), ports.get(p))) {
          return launch.kernel();
        }
      }
    }
    return null;
  }

  /** The tasks that look at indices. */
  List<Task> tasks() {
    return tasks;
  }

  /**
   * Looks at indices that the host brings and has changed since they were last looked at.
   *
   * @throws IndexOutOfBoundsException if one lies outside its table
   */
  void checkHost(Buffer[] slots) {
    onHost.forEach(check -> check.look(slots[check.indices.operand.slot()]));
  }

  /**
   * Looks at what the tasks found.
   *
   * @throws IndexOutOfBoundsException if an index lay outside its table
   */
  void checkDevice(Plan plan) {
    if (report == null) {
      return;
    }
    plan.download(report.array());
    MemorySegment found = plan.array(report.array()).content();
    for (int i = 0; i < onDevice.size(); i++) {
      int position = found.getAtIndex(ValueLayout.JAVA_INT, report.offset() + REPORT * i);
      if (position >= 0) {
        int index = found.getAtIndex(ValueLayout.JAVA_INT, report.offset() + REPORT * i + 1);
        Indices indices = onDevice.get(i);
        throw IndexErrors.outside(indices.kernel, position, index, indices.entries);
      }
    }
  }
}
