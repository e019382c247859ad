package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A loop without reductions: one work item for each position.
 *
 * @param loop whose outputs all have one element for each position
 */
record ElementLoop(DeviceLoop loop) implements Code.Generated {
  static final int LOCAL = 256;

  Grid grid() {
    return Grid.covering((long) loop.rowCount() * loop.columns(), LOCAL);
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    device.context("globalIdx");
    int item = device.keepInt();
    device.ifBelow(
        item,
        loop.rowCount() * loop.columns(),
        () -> {
          code.iload(item);
          device.divide(loop.columns());
          int row = device.keepInt();
          code.iload(item);
          device.remainder(loop.columns());
          int column = device.keepInt();
          storeAll(new RowCode(device, loop, row), loop, column, Map.of());
        });
    code.return_();
  }

  /** Works out and stores what has one element for each column. */
  static void storeAll(RowCode row, DeviceLoop loop, int column, Map<Integer, Integer> given) {
    store(row, loop, column, row.values(wanted(loop), column, given));
  }

  /** The values that are stored for each column, or reduced over rows. */
  static List<Integer> wanted(DeviceLoop loop) {
    List<Integer> wanted = new ArrayList<>();
    loop.stores(true).forEach(store -> wanted.add(store.value()));
    loop.columnReductions().forEach(reduce -> wanted.add(reduce.value()));
    return wanted;
  }

  /** Stores what has one element for each column. */
  static void store(RowCode row, DeviceLoop loop, int column, Map<Integer, Integer> values) {
    for (Instruction.Store store : loop.stores(true)) {
      int value = Objects.requireNonNull(values.get(store.value()));
      row.store(store.output(), value, column);
    }
  }
}
