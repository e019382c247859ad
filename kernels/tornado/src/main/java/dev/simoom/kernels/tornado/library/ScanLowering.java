package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Scan;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;

/** Chooses the work items of a scan. */
final class ScanLowering {
  private static final int ITEMS = 256;

  private ScanLowering() {}

  static List<Task> lower(Scan kernel, Room room) {
    if (kernel.elements() == 0) {
      return List.of();
    }
    Sizes sizes = new Sizes(kernel, room);
    int length = sizes.of(kernel.length());
    boolean real = kernel.type() == DType.F32;
    if (real && kernel.kind() == Scan.Kind.SUM && kernel.inner() == 1 && length >= ITEMS) {
      return List.of(
          task(kernel, room, "longSums")
              .with(length, kernel.reversed() ? 1 : 0)
              .over(Grid.of(sizes.of(kernel.outer()), ITEMS)));
    }
    String method =
        switch (kernel.kind()) {
          case SUM -> real ? "sums" : "integers";
          case PRODUCT -> real ? "products" : "integers";
          case RECURRENCE -> "recurrences";
        };
    int lines = sizes.of(kernel.outer() * kernel.inner());
    int inner = sizes.of(kernel.inner());
    int last = (length - 1) * inner;
    TemplateTask task =
        task(kernel, room, method)
            .with(lines, length, inner, kernel.reversed() ? last : 0)
            .with(kernel.reversed() ? -inner : inner);
    if (!real) {
      task.with(kernel.kind() == Scan.Kind.PRODUCT ? 1 : 0);
    }
    return List.of(task.over(Grid.covering(lines, ITEMS)));
  }

  private static TemplateTask task(Scan kernel, Room room, String method) {
    return kernel.kind() == Scan.Kind.RECURRENCE
        ? new TemplateTask(
            kernel.name(),
            ScanCode.class,
            method,
            room.operand(0),
            room.operand(1),
            room.operand(2))
        : new TemplateTask(kernel.name(), ScanCode.class, method, room.operand(0), room.operand(1));
  }
}
