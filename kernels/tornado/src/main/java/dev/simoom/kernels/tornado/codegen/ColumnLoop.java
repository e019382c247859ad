package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A loop with column reductions and none of rows: a work item for each column and block of rows.
 *
 * @param loop whose stores all have one element for each column
 * @param partials where the blocks' results go
 */
record ColumnLoop(DeviceLoop loop, Partials partials) implements Code.Generated {
  private static final int MOST_LANES = 64;

  private int lanes() {
    return Math.min(MOST_LANES, 2 * RowLoop.lanes(loop.columns()));
  }

  Grid grid() {
    int blocks = loop.rowCount() / partials.rows() * partials.blocks();
    return Grid.of(Math.multiplyExact(blocks, columnGroups()), lanes());
  }

  private int columnGroups() {
    return Math.ceilDiv(loop.columns(), lanes());
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    device.context("groupIdx");
    device.remainder(columnGroups());
    code.loadConstant(lanes()).imul();
    device.context("localIdx");
    code.iadd();
    int column = device.keepInt();
    device.context("groupIdx");
    device.divide(columnGroups());
    int block = device.keepInt();
    device.ifBelow(column, loop.columns(), () -> block(device, block, column));
    code.return_();
  }

  private void block(DeviceCode device, int block, int column) {
    CodeBuilder code = device.code;
    BlockRows rows = BlockRows.of(device, partials, block);
    List<Instruction.ColumnReduce> reductions = loop.columnReductions();
    List<Integer> accumulators = new ArrayList<>();
    for (int i = 0; i < reductions.size(); i++) {
      accumulators.add(Partials.accumulator(device, loop, i));
    }
    int row = device.local(TypeKind.INT);
    code.iload(rows.first()).istore(row);
    device.loop(
        row,
        1,
        () -> code.iload(rows.end()),
        () -> {
          RowCode at = new RowCode(device, loop, row);
          Map<Integer, Integer> values = at.values(ElementLoop.wanted(loop), column);
          ElementLoop.store(at, loop, column, values);
          for (int i = 0; i < reductions.size(); i++) {
            int value = Objects.requireNonNull(values.get(reductions.get(i).value()));
            Partials.combine(device, loop, i, accumulators.get(i), value);
          }
        });
    for (int i = 0; i < reductions.size(); i++) {
      partials.store(device, i, block, column, loop, accumulators.get(i));
    }
  }
}
