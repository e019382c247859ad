package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.codegen.GroupTree.Accumulator;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes the passes over the columns of a row: one for each depth of row reductions, whose values
 * are worked out anew in each, and a last one for what is stored.
 */
final class RowPasses {
  /** What happens at each column of the last pass, besides stores. */
  interface ColumnAction {
    /**
     * Writes it.
     *
     * @param values locals of the column's values, by number
     * @param column local with the column's number
     */
    void at(Map<Integer, Integer> values, int column);
  }

  private final DeviceCode device;
  private final CodeBuilder code;
  private final ScalarCode scalars;
  private final DeviceLoop loop;
  private final RowCode row;
  private final GroupTree tree;
  private final int start;
  private final int end;

  /**
   * Passes over a part of a row.
   *
   * @param start local with the item's first column; only the item whose first column is 0 stores
   *     what the row has one of
   * @param end local with the column to stop before; the same for all items of a row
   */
  RowPasses(DeviceCode device, DeviceLoop loop, RowCode row, GroupTree tree, int start, int end) {
    this.device = device;
    this.loop = loop;
    this.row = row;
    this.tree = tree;
    this.start = start;
    this.end = end;
    code = device.code;
    scalars = new ScalarCode(device);
  }

  /** The reductions of all depths. */
  void reduceAll() {
    for (int depth = 1; depth <= loop.deepest(); depth++) {
      Map<Integer, Accumulator> accumulators = accumulate(depth);
      tree.reduce(List.copyOf(accumulators.values()));
      know(accumulators);
    }
  }

  /** From now on the reductions' results lie in the accumulators. */
  void know(Map<Integer, Accumulator> accumulators) {
    accumulators.forEach((number, a) -> row.know(number, a.local()));
  }

  /** One accumulator for each reduction of a depth, at its identity. */
  Map<Integer, Accumulator> accumulators(int depth) {
    Map<Integer, Accumulator> accumulators = new LinkedHashMap<>();
    for (int number : loop.rowReductions(depth)) {
      Instruction.RowReduce reduce = (Instruction.RowReduce) loop.instruction(number);
      DType type = loop.type(number);
      int local = device.local(ScalarCode.kind(type));
      scalars.identity(reduce.op(), type);
      code.storeLocal(ScalarCode.kind(type), local);
      accumulators.put(number, new Accumulator(reduce.op(), type, local));
    }
    return accumulators;
  }

  /** Reduces over the item's own columns. */
  Map<Integer, Accumulator> accumulate(int depth) {
    Map<Integer, Accumulator> accumulators = accumulators(depth);
    List<Integer> wanted =
        accumulators.keySet().stream().map(n -> loop.uses(n).getFirst()).toList();
    columns(
        column -> {
          Map<Integer, Integer> values = row.values(wanted, column);
          accumulators.forEach(
              (number, a) ->
                  combine(a, Objects.requireNonNull(values.get(loop.uses(number).getFirst()))));
        });
    return accumulators;
  }

  private void combine(Accumulator a, int value) {
    scalars.combine(a.op(), a.type(), a.local(), value);
    code.storeLocal(ScalarCode.kind(a.type()), a.local());
  }

  private interface Column {
    void at(int column);
  }

  private void columns(Column body) {
    int column = device.local(TypeKind.INT);
    code.iload(start).istore(column);
    device.loop(column, tree.lanes(), () -> code.iload(end), () -> body.at(column));
  }

  /** The last pass; the action is given what the columns' reductions need. */
  void finish(ColumnAction action) {
    List<Integer> ofRow = rowValues();
    if (!ElementLoop.wanted(loop).isEmpty()) {
      columns(column -> column(action, column));
      if (!ofRow.isEmpty()) {
        // Other items of the row may still read what lies where the row's one value goes.
        tree.barrier();
      }
    }
    List<Instruction.Store> rowStores = loop.stores(false);
    if (!rowStores.isEmpty()) {
      device.ifBelow(
          start,
          1,
          () -> {
            for (int i = 0; i < rowStores.size(); i++) {
              row.store(rowStores.get(i).output(), ofRow.get(i), start);
            }
          });
    }
  }

  private void column(ColumnAction action, int column) {
    Map<Integer, Integer> values = row.values(ElementLoop.wanted(loop), column);
    ElementLoop.store(row, loop, column, values);
    action.at(values, column);
  }

  /** The values of which the row has one, worked out at column 0 before anything is stored. */
  private List<Integer> rowValues() {
    List<Instruction.Store> stores = loop.stores(false);
    List<Integer> locals = new ArrayList<>();
    for (Instruction.Store store : stores) {
      DType type = loop.type(store.value());
      int local = device.local(ScalarCode.kind(type));
      scalars.constant(type, 0);
      code.storeLocal(ScalarCode.kind(type), local);
      locals.add(local);
    }
    if (stores.isEmpty()) {
      return locals;
    }
    Label others = code.newLabel();
    code.iload(start).ifne(others);
    List<Integer> wanted = stores.stream().map(Instruction.Store::value).toList();
    Map<Integer, Integer> values = row.values(wanted, start);
    for (int i = 0; i < locals.size(); i++) {
      DType type = loop.type(stores.get(i).value());
      scalars.push(type, Objects.requireNonNull(values.get(stores.get(i).value())));
      code.storeLocal(ScalarCode.kind(type), locals.get(i));
    }
    code.labelBinding(others);
    return locals;
  }
}
