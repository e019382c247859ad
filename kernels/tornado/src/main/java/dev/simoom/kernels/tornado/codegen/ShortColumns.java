package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.codegen.GroupTree.Accumulator;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Grid;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A loop with column reductions over so few rows that one task does it: a group takes a few columns
 * and cuts their rows among its items.
 *
 * @param loop without row reductions, whose stores all have one element for each column
 * @param rows how many rows are reduced to one
 */
record ShortColumns(DeviceLoop loop, int rows) implements Code.Generated {
  private static final int COLUMNS = 16;
  private static final int LANES = 16;

  Grid grid() {
    return Grid.of(Math.multiplyExact(loop.rowCount() / rows, columnGroups()), COLUMNS * LANES);
  }

  private int columnGroups() {
    return Math.ceilDiv(loop.columns(), COLUMNS);
  }

  @Override
  public void write(CodeBuilder code, List<ArrayRef> parameters) {
    DeviceCode device = new DeviceCode(code, parameters);
    List<Instruction.ColumnReduce> reductions = loop.columnReductions();
    List<DType> types = reductions.stream().map(r -> loop.type(r.value())).toList();
    GroupTree tree = GroupTree.ofColumns(device, COLUMNS, LANES, types);
    device.context("groupIdx");
    device.remainder(columnGroups());
    code.loadConstant(COLUMNS).imul().iload(tree.item()).loadConstant(COLUMNS - 1).iand().iadd();
    int column = device.keepInt();
    device.context("groupIdx");
    device.divide(columnGroups());
    code.loadConstant(rows).imul();
    int first = device.keepInt();
    List<Accumulator> accumulators = new ArrayList<>();
    for (int i = 0; i < reductions.size(); i++) {
      int local = Partials.accumulator(device, loop, i);
      accumulators.add(new Accumulator(reductions.get(i).op(), types.get(i), local));
    }
    rows(device, tree, column, first, accumulators);
    tree.reduce(accumulators);
    device.ifBelow(tree.lane(), 1, () -> store(device, column, first, accumulators));
    code.return_();
  }

  /** Each item takes every so-manieth row; those past the last column take none. */
  private void rows(
      DeviceCode device, GroupTree tree, int column, int first, List<Accumulator> accumulators) {
    CodeBuilder code = device.code;
    int end = device.local(TypeKind.INT);
    Label outside = code.newLabel();
    code.iload(first).istore(end);
    code.iload(column).loadConstant(loop.columns()).if_icmpge(outside);
    code.iload(first).loadConstant(rows).iadd().istore(end).labelBinding(outside);
    code.iload(first).iload(tree.lane()).iadd();
    int row = device.keepInt();
    device.loop(
        row,
        LANES,
        () -> code.iload(end),
        () -> {
          RowCode at = new RowCode(device, loop, row);
          Map<Integer, Integer> values = at.values(ElementLoop.wanted(loop), column);
          ElementLoop.store(at, loop, column, values);
          for (int i = 0; i < accumulators.size(); i++) {
            int value = loop.columnReductions().get(i).value();
            int local = Objects.requireNonNull(values.get(value));
            Partials.combine(device, loop, i, accumulators.get(i).local(), local);
          }
        });
  }

  private void store(DeviceCode device, int column, int first, List<Accumulator> accumulators) {
    device.ifBelow(
        column,
        loop.columns(),
        () -> {
          RowCode at = new RowCode(device, loop, first);
          for (int i = 0; i < accumulators.size(); i++) {
            int output = loop.columnReductions().get(i).output();
            at.store(output, accumulators.get(i).local(), column);
          }
        });
  }
}
