package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import java.util.List;

/** Generated code with what its caller must know about it. */
final class CompiledLoop {
  final LoopBody body;
  final LoopFrame frame;

  /** Passes over the columns; the one after them stores row values. */
  final int passes;

  /** Row reductions that a pass completes. */
  final int[][] reductionsOf;

  final Reduction[] reductionOps;
  final boolean[] reductionOfInts;
  final boolean storesRows;

  /** Whether one call can do many rows. */
  final boolean manyRows;

  /** Columns for one call, at the most. */
  final int block;

  /** Vector operations for one element, roughly. */
  final int weight;

  CompiledLoop(LoopSchedule schedule, LoopFrame frame, LoopBody body) {
    this.body = body;
    this.frame = frame;
    passes = schedule.passes.size();
    List<Instruction> instructions = schedule.structure.body();
    List<Integer> reductions = schedule.structure.rowReductions();
    reductionsOf = new int[passes][];
    boolean cut = false;
    for (int p = 0; p < passes; p++) {
      reductionsOf[p] =
          schedule.passes.get(p).stream()
              .flatMap(g -> g.items().stream())
              .filter(reductions::contains)
              .mapToInt(reductions::indexOf)
              .toArray();
      cut |= schedule.passes.get(p).size() > 1;
    }
    reductionOps = new Reduction[reductions.size()];
    reductionOfInts = new boolean[reductions.size()];
    for (int r = 0; r < reductionOps.length; r++) {
      int i = reductions.get(r);
      reductionOps[r] = ((Instruction.RowReduce) instructions.get(i)).op();
      reductionOfInts[r] = schedule.types[i] == DType.I32;
    }
    storesRows = !schedule.rowStores.isEmpty();
    manyRows = reductions.isEmpty() && !cut;
    block = manyRows ? LoopFrame.MOST_COLUMNS : LoopFrame.BLOCK;
    int sum = 0;
    for (int i = 0; i < instructions.size(); i++) {
      sum += schedule.weight(i);
    }
    weight = sum;
  }
}
