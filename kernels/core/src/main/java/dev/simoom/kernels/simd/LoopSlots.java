package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.simd.LoopSchedule.Group;
import dev.simoom.kernels.simd.LoopSchedule.Place;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The slots of a loop kernel: inputs, outputs, row coordinates, scratch rows and the cells of row
 * reductions, counted in this order. A {@link LoopFrame} has a place for each; generated methods
 * get the addresses of those that they need.
 */
final class LoopSlots {
  private final LoopSchedule schedule;
  private final LoopStructure structure;
  private final List<Instruction> body;
  private final LoopFrame frame;

  LoopSlots(LoopSchedule schedule, LoopFrame frame) {
    this.schedule = schedule;
    this.frame = frame;
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
    if (slot >= coordinate(0)) {
      return slot >= frame.rowSlot(0) && slot < frame.cellSlot();
    }
    int inputs = structure.inputs().size();
    return slot < inputs
        ? structure.inputs().get(slot).perColumn()
        : structure.outputs().get(slot - inputs).perColumn();
  }

  /** The type in memory; column reductions add up in partial rows of 32-bit elements. */
  DType type(int slot) {
    if (slot >= coordinate(0)) {
      return DType.F32;
    }
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
    Set<Integer> slots = new LinkedHashSet<>(collect(group.items(), true));
    Stream.concat(group.reload().values().stream(), group.keep().values().stream())
        .filter(Place::wholeRow)
        .forEach(place -> slots.add(frame.rowSlot(place.number())));
    return List.copyOf(slots);
  }

  /** What the stores of one element per row need. */
  List<Integer> ofRowStores() {
    return List.copyOf(collect(schedule.rowStores, false));
  }

  private Set<Integer> collect(List<Integer> items, boolean perColumn) {
    Set<Integer> slots = new LinkedHashSet<>();
    Set<Integer> seen = new HashSet<>();
    items.forEach(i -> collect(i, perColumn, slots, seen));
    return slots;
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
          case Instruction.RowReduce unused -> frame.cellSlot();
          default -> -1;
        };
    if (slot >= 0) {
      slots.add(slot);
    }
    for (int a : LoopSchedule.arguments(body.get(item))) {
      if (body.get(a) instanceof Instruction.RowReduce) {
        slots.add(frame.cellSlot());
      } else if (!perColumn || !schedule.perColumn[a]) {
        collect(a, perColumn, slots, seen);
      }
    }
  }
}
