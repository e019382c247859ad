package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.simd.LoopSchedule.Group;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The slots of a loop kernel: inputs, outputs and row coordinates, counted in this order. A frame
 * has a place for each; generated methods get the addresses of those that they need.
 */
final class LoopSlots {
  private final LoopSchedule schedule;
  private final LoopStructure structure;
  private final List<Instruction> body;

  LoopSlots(LoopSchedule schedule) {
    this.schedule = schedule;
    structure = schedule.structure;
    body = structure.body();
  }

  int output(int number) {
    return structure.inputs().size() + number;
  }

  int coordinate(int dimension) {
    return output(structure.outputs().size()) + dimension;
  }

  /** Whether a slot has an element for each column. */
  boolean perColumn(int slot) {
    int inputs = structure.inputs().size();
    return slot < inputs
        ? structure.inputs().get(slot).perColumn()
        : slot < coordinate(0) && structure.outputs().get(slot - inputs).perColumn();
  }

  /** The type in memory; column reductions add up in partial rows of 32-bit elements. */
  DType type(int slot) {
    int inputs = structure.inputs().size();
    if (slot < inputs) {
      return structure.inputs().get(slot).type();
    }
    DType type = structure.outputs().get(slot - inputs).type();
    boolean partial =
        body.stream()
            .anyMatch(
                i ->
                    i instanceof Instruction.ColumnReduce reduce
                        && output(reduce.output()) == slot);
    return partial ? type.computeType() : type;
  }

  /** What a group reads and writes, with what the row values that it computes need. */
  List<Integer> of(Group group) {
    return collect(group.items(), true);
  }

  /** What the stores of one element per row need. */
  List<Integer> ofRowStores() {
    return collect(schedule.rowStores, false);
  }

  private List<Integer> collect(List<Integer> items, boolean perColumn) {
    Set<Integer> slots = new LinkedHashSet<>();
    Set<Integer> seen = new HashSet<>();
    items.forEach(i -> collect(i, perColumn, slots, seen));
    return List.copyOf(slots);
  }

  private void collect(int item, boolean perColumn, Set<Integer> slots, Set<Integer> seen) {
    if (!seen.add(item)) {
      return;
    }
    int slot =
        switch (body.get(item)) {
          case Instruction.Load(int input) -> input;
          case Instruction.Index(int d) when d != LoopStructure.COLUMN -> coordinate(d);
          case Instruction.Store(int output, int unused) -> output(output);
          case Instruction.ColumnReduce(int output, var unused, int value) -> output(output);
          default -> -1;
        };
    if (slot >= 0) {
      slots.add(slot);
    }
    for (int a : LoopSchedule.arguments(body.get(item))) {
      boolean reduced = body.get(a) instanceof Instruction.RowReduce;
      if (!reduced && (!perColumn || !schedule.perColumn[a])) {
        collect(a, perColumn, slots, seen);
      }
    }
  }
}
