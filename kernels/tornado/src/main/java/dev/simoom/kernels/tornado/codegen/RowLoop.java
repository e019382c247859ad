package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;

/**
 * A loop with row reductions: a power of two of work items for each row, short rows several to a
 * group.
 *
 * @param loop without column reductions
 * @param lanes items for each row
 */
record RowLoop(DeviceLoop loop, int lanes) implements Code.Generated {
  private static final int GROUP = 256;

  RowLoop(DeviceLoop loop) {
    this(loop, lanes(loop.columns()));
  }

  /** So many that each has some columns, a group at the most. */
  static int lanes(int columns) {
    int lanes = 1;
    while (lanes < GROUP && 2 * lanes < columns) {
      lanes *= 2;
    }
    return lanes;
  }

  Grid grid() {
    return Grid.covering((long) loop.rowCount() * lanes, GROUP);
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    GroupTree tree = GroupTree.ofRows(device, GROUP, lanes, loop);
    device.context("globalIdx");
    device.divide(lanes);
    int row = device.keepInt();
    int end = device.local(TypeKind.INT);
    Label outside = code.newLabel();
    // The items past the last row have no columns, but take part in the group's barriers.
    code.iconst_0().istore(end);
    code.iload(row).loadConstant(loop.rowCount()).if_icmpge(outside);
    code.loadConstant(loop.columns()).istore(end).labelBinding(outside);
    int start = startOf(device, tree, end);
    RowCode at = new RowCode(device, loop, row);
    RowPasses passes = new RowPasses(device, loop, at, tree, start, end);
    passes.reduceAll();
    passes.finish((values, column) -> {});
    code.return_();
  }

  /** The lane, or for items without a row a column that no row has. */
  private int startOf(DeviceCode device, GroupTree tree, int end) {
    CodeBuilder code = device.code;
    int start = device.local(TypeKind.INT);
    Label inside = code.newLabel();
    code.iload(tree.lane()).istore(start);
    code.iload(end).ifgt(inside);
    code.loadConstant(loop.columns()).istore(start).labelBinding(inside);
    return start;
  }
}
