package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines the blocks of column reductions in their order, of several loops one after the other: a
 * work item for each column of a result.
 */
public final class ColumnCombine implements Code.Generated {
  private static final int LOCAL = 64;

  /**
   * The column reductions of one loop.
   *
   * @param loop that has them
   * @param partials what its blocks came to
   */
  private record Part(DeviceLoop loop, Partials partials) {
    int results() {
      return loop.rowCount() / partials.rows() * loop.columns();
    }
  }

  private final List<Part> parts;

  private ColumnCombine(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  static Task task(DeviceLoop loop, Partials partials) {
    List<ArrayRef> arrays = new ArrayList<>();
    loop.columnReductions().forEach(r -> arrays.add(loop.outputs().get(r.output()).array()));
    partials.places().forEach(place -> arrays.add(place.array()));
    ColumnCombine code = new ColumnCombine(List.of(new Part(loop, partials)));
    return new Task(loop.kernel().name() + " combined", code, arrays, code.grid());
  }

  /** One task that does what several of this kind do. */
  public static Task merged(List<Task> tasks) {
    if (tasks.size() == 1) {
      return tasks.getFirst();
    }
    List<Part> parts = new ArrayList<>();
    List<ArrayRef> arrays = new ArrayList<>();
    for (Task task : tasks) {
      parts.addAll(((ColumnCombine) task.code()).parts);
      arrays.addAll(task.arrays());
    }
    ColumnCombine code = new ColumnCombine(parts);
    return new Task(tasks.size() + " loops combined", code, arrays, code.grid());
  }

  private Grid grid() {
    long results = 0;
    for (Part part : parts) {
      results += part.results();
    }
    return Grid.covering(results, LOCAL);
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    int first = 0;
    for (Part part : parts) {
      device.context("globalIdx");
      code.loadConstant(first).isub();
      int item = device.keepInt();
      first += part.results();
      Label other = code.newLabel();
      code.iload(item).iflt(other);
      device.ifBelow(item, part.results(), () -> combine(device, part, item));
      code.labelBinding(other);
    }
    code.return_();
  }

  private static void combine(DeviceCode device, Part part, int item) {
    CodeBuilder code = device.code;
    code.iload(item);
    device.divide(part.loop.columns());
    int kept = device.keepInt();
    code.iload(item);
    device.remainder(part.loop.columns());
    int column = device.keepInt();
    for (int i = 0; i < part.partials.places().size(); i++) {
      combine(device, part, i, kept, column);
    }
  }

  private static void combine(DeviceCode device, Part part, int reduction, int kept, int column) {
    CodeBuilder code = device.code;
    DeviceLoop loop = part.loop;
    Partials partials = part.partials;
    int accumulator = Partials.accumulator(device, loop, reduction);
    int block = device.local(TypeKind.INT);
    int end = device.local(TypeKind.INT);
    code.iload(kept).loadConstant(partials.blocks()).imul().istore(block);
    code.iload(block).loadConstant(partials.blocks()).iadd().istore(end);
    device.loop(
        block,
        1,
        () -> code.iload(end),
        () -> {
          partials.pushElement(device, reduction, block, column, loop.columns());
          device.get(Partials.type(loop, reduction));
          TypeKind kind = ScalarCode.kind(Partials.type(loop, reduction));
          int value = device.local(kind);
          code.storeLocal(kind, value);
          Partials.combine(device, loop, reduction, accumulator, value);
        });
    code.iload(kept).loadConstant(partials.rows()).imul();
    int row = device.keepInt();
    Instruction.ColumnReduce reduce = loop.columnReductions().get(reduction);
    new RowCode(device, loop, row).store(reduce.output(), accumulator, column);
  }
}
