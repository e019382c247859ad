package dev.simoom.kernels.simd;

import dev.simoom.kernels.Instruction;
import java.util.List;

/** Generated code with what its caller must know about it. */
final class CompiledLoop {
  final LoopBody body;
  final LoopFrame frame;

  /** Passes over the columns; the one after them stores row values. */
  final int passes;

  /** Row reductions that a pass completes. */
  final int[][] reductionsOf;

  final RowReductions reductions;
  final boolean storesRows;

  /** Columns for one call, at the most. */
  final int block;

  /** Vector operations for one element, roughly. */
  final int weight;

  CompiledLoop(LoopSchedule schedule, LoopFrame frame, LoopBody body) {
    this.body = body;
    this.frame = frame;
    passes = schedule.passes.size();
    List<Instruction> instructions = schedule.structure.body();
    List<Integer> reduced = schedule.structure.rowReductions();
    reductionsOf = new int[passes][];
    boolean cut = false;
    for (int p = 0; p < passes; p++) {
      reductionsOf[p] =
          schedule.passes.get(p).stream()
              .flatMap(g -> g.items().stream())
              .filter(reduced::contains)
              .mapToInt(reduced::indexOf)
              .toArray();
      cut |= schedule.passes.get(p).size() > 1;
    }
    reductions = new RowReductions(schedule, frame);
    storesRows = !schedule.rowStores.isEmpty();
    block = reduced.isEmpty() && !cut ? LoopFrame.MOST_COLUMNS : LoopFrame.BLOCK;
    int sum = 0;
    for (int i = 0; i < instructions.size(); i++) {
      sum += schedule.weight(i);
    }
    weight = sum;
  }
}
