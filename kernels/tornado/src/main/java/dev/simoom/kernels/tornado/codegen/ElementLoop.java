package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A loop without reductions: one work item for each position, or for a few where there are many,
 * since it takes several reads at a time from each item to keep a GPU's memory busy.
 *
 * @param loop whose outputs all have one element for each position
 */
record ElementLoop(DeviceLoop loop) implements Code.Generated {
  private static final int LOCAL = 256;
  private static final int SEVERAL = 4;

  /** Positions that a group takes. */
  static final int MOST_IN_GROUP = SEVERAL * LOCAL;

  /** From so many positions on there are items enough when each takes several. */
  private static final int MANY = 1 << 20;

  /** Longer bodies keep the device busy by themselves, and take long to compile. */
  private static final int LONG_BODY = 64;

  /** A column of a row, and what is worked out there. */
  private record Position(int column, RowCode row, Map<Integer, Integer> values) {}

  private int positions() {
    return loop.rowCount() * loop.columns();
  }

  /** Positions for each item. */
  private int each() {
    return positions() >= MANY && loop.kernel().body().size() <= LONG_BODY ? SEVERAL : 1;
  }

  Grid grid() {
    return Grid.of(Math.ceilDiv(positions(), each() * LOCAL), LOCAL);
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    device.context("groupIdx");
    code.loadConstant(each() * LOCAL).imul();
    device.context("localIdx");
    code.iadd();
    int item = device.keepInt();
    if (each() == 1) {
      device.ifBelow(item, positions(), () -> store(position(device, item)));
    } else {
      writeSeveral(device, item);
    }
    code.return_();
  }

  /** Reads at all of an item's positions before it writes; in the last group one by one. */
  private void writeSeveral(DeviceCode device, int item) {
    CodeBuilder code = device.code;
    Label last = code.newLabel();
    Label end = code.newLabel();
    code.iload(item).loadConstant(positions() - (each() - 1) * LOCAL).if_icmpge(last);
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < each(); i++) {
      code.iload(item).loadConstant(i * LOCAL).iadd();
      positions.add(position(device, device.keepInt()));
    }
    positions.forEach(this::store);
    code.goto_(end).labelBinding(last);
    device.loop(
        item, LOCAL, () -> code.loadConstant(positions()), () -> store(position(device, item)));
    code.labelBinding(end);
  }

  /** Works out what is to be stored for a position in a local. */
  private Position position(DeviceCode device, int item) {
    device.code.iload(item);
    device.divide(loop.columns());
    int row = device.keepInt();
    device.code.iload(item);
    device.remainder(loop.columns());
    int column = device.keepInt();
    RowCode at = new RowCode(device, loop, row);
    return new Position(column, at, at.values(wanted(loop), column));
  }

  private void store(Position p) {
    store(p.row, loop, p.column, p.values);
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
