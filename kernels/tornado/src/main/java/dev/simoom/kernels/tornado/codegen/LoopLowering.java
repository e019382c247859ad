package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.List;

/** Chooses the tasks of a loop kernel by the reductions in it. */
public final class LoopLowering {
  private static final int LEAST_BLOCK = 32;
  private static final int MOST_BLOCKS = 1024;

  /** So many rows are reduced in one task: a second one takes longer to start than it saves. */
  private static final int MOST_SHORT = 4096;

  private final LoopKernel kernel;
  private final DeviceLoop loop;
  private final Room room;

  private LoopLowering(LoopKernel kernel, Room room) {
    this.kernel = kernel;
    this.room = room;
    List<Place> inputs = new ArrayList<>();
    List<Place> outputs = new ArrayList<>();
    for (int i = 0; i < kernel.inputs().size(); i++) {
      inputs.add(room.operand(i));
    }
    for (int i = 0; i < kernel.outputs().size(); i++) {
      outputs.add(room.operand(inputs.size() + i));
    }
    loop = new DeviceLoop(kernel, inputs, outputs);
  }

  /**
   * The tasks of a loop.
   *
   * @throws UnsupportedOperationException if it is larger than integers of 32 bits can count
   */
  public static List<Task> lower(LoopKernel kernel, Room room) {
    if (kernel.rowCount() == 0 || kernel.columns() == 0) {
      return List.of();
    }
    checkSize(kernel);
    return new LoopLowering(kernel, room).tasks();
  }

  private static void checkSize(LoopKernel kernel) {
    long most = Math.multiplyExact(kernel.rowCount(), kernel.columns());
    for (Strided layout : kernel.inputs()) {
      most = Math.max(most, reach(layout, kernel));
    }
    for (Strided layout : kernel.outputs()) {
      most = Math.max(most, reach(layout, kernel));
    }
    if (most > Integer.MAX_VALUE - ElementLoop.MOST_IN_GROUP) {
      throw new UnsupportedOperationException(
          kernel.name() + ": " + most + " elements, a device kernel counts to 2^31");
    }
  }

  private static long reach(Strided layout, LoopKernel kernel) {
    List<Long> extents = new ArrayList<>(kernel.rows());
    extents.add(kernel.columns());
    return layout.reach(extents);
  }

  private List<Task> tasks() {
    boolean ofRows = loop.deepest() > 0 || !loop.stores(false).isEmpty();
    if (kernel.reducedRowDimensions() > 0) {
      return columnTasks(ofRows);
    }
    if (LongRows.suit(loop)) {
      return LongRows.tasks(loop, room);
    }
    if (ofRows) {
      RowLoop rows = new RowLoop(loop);
      return List.of(task("", rows, loop.arrays(), rows.grid()));
    }
    ElementLoop elements = new ElementLoop(loop);
    return List.of(task("", elements, loop.arrays(), elements.grid()));
  }

  private List<Task> columnTasks(boolean ofRows) {
    int reduced = reducedRows();
    if (!ofRows && reduced <= MOST_SHORT) {
      ShortColumns columns = new ShortColumns(loop, reduced);
      return List.of(task("", columns, loop.arrays(), columns.grid()));
    }
    int block = Math.max(LEAST_BLOCK, Math.ceilDiv(reduced, MOST_BLOCKS));
    Partials sized = new Partials(List.of(), reduced, block);
    long rows = (long) loop.rowCount() / reduced * sized.blocks();
    List<Place> places = new ArrayList<>();
    List<ArrayRef> arrays = new ArrayList<>(loop.arrays());
    for (int i = 0; i < loop.columnReductions().size(); i++) {
      ElementType type = ElementType.of(Partials.type(loop, i));
      places.add(room.lasting(type, rows * loop.columns()));
      arrays.add(places.getLast().array());
    }
    Partials partials = new Partials(places, reduced, block);
    Task last = ColumnCombine.task(loop, partials);
    if (ofRows) {
      RowColumnLoop first = new RowColumnLoop(loop, partials);
      return List.of(task("", first, arrays, first.grid()), last);
    }
    ColumnLoop first = new ColumnLoop(loop, partials);
    return List.of(task("", first, arrays, first.grid()), last);
  }

  private int reducedRows() {
    int dimensions = kernel.rows().size();
    long rows = 1;
    for (int d = dimensions - kernel.reducedRowDimensions(); d < dimensions; d++) {
      rows *= kernel.rows().get(d);
    }
    return Math.toIntExact(rows);
  }

  private Task task(String suffix, Code code, List<ArrayRef> arrays, Grid grid) {
    return new Task(kernel.name() + suffix, code, arrays, grid);
  }
}
