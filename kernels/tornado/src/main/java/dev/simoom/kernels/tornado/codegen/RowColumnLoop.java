package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A loop with column reductions and what needs the whole row: a group for each block of rows, which
 * it takes one after the other.
 *
 * <p>What the columns come to so far lies in the block's partial row, where each column belongs to
 * one work item.
 */
record RowColumnLoop(DeviceLoop loop, Partials partials) implements Code.Generated {
  private static final int MOST_LANES = 256;

  private int lanes() {
    return Math.min(MOST_LANES, 2 * RowLoop.lanes(loop.columns()));
  }

  Grid grid() {
    return Grid.of(loop.rowCount() / partials.rows() * partials.blocks(), lanes());
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    GroupTree tree = GroupTree.ofRows(device, lanes(), lanes(), loop);
    device.context("groupIdx");
    int block = device.keepInt();
    BlockRows rows = BlockRows.of(device, partials, block);
    int end = device.local(TypeKind.INT);
    code.loadConstant(loop.columns()).iload(device.opaqueOne()).imul().istore(end);
    int row = device.local(TypeKind.INT);
    code.iload(rows.first()).istore(row);
    device.loop(
        row,
        1,
        () -> code.iload(rows.end()),
        () -> {
          RowCode at = new RowCode(device, loop, row);
          RowPasses passes = new RowPasses(device, loop, at, tree, tree.lane(), end);
          passes.reduceAll();
          passes.finish(
              (values, column) -> accumulate(device, values, block, column, row, rows.first()));
        });
    code.return_();
  }

  private void accumulate(
      DeviceCode device, Map<Integer, Integer> values, int block, int column, int row, int first) {
    CodeBuilder code = device.code;
    List<Instruction.ColumnReduce> reductions = loop.columnReductions();
    for (int i = 0; i < reductions.size(); i++) {
      int accumulator = Partials.accumulator(device, loop, i);
      Label isFirst = code.newLabel();
      code.iload(row).iload(first).if_icmple(isFirst);
      partials.pushElement(device, i, block, column, loop.columns());
      device.get(Partials.type(loop, i));
      code.storeLocal(ScalarCode.kind(Partials.type(loop, i)), accumulator);
      code.labelBinding(isFirst);
      int value = Objects.requireNonNull(values.get(reductions.get(i).value()));
      Partials.combine(device, loop, i, accumulator, value);
      partials.store(device, i, block, column, loop, accumulator);
    }
  }
}
