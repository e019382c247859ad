package dev.simoom.kernels.simd;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.LoopKernel;
import java.util.Arrays;

/** Walks the rows of a loop nest and calls the generated code for them. */
final class LoopRunner {
  final LoopNest nest;
  final CompiledLoop loop;
  private final LoopBody body;
  private final LoopFrame frame;
  private final RowReductions reductions;
  private final long[] operands;

  /** For each operand the number of its column reduction, or -1. */
  private final int[] plane;

  /** Rows that each pass runs before the next one does. */
  final long rowsTogether;

  private final long rowPitch;
  private long planeBytes;

  LoopRunner(LoopKernel kernel, boolean flatten) {
    nest = new LoopNest(kernel, flatten);
    loop = LoopCompiler.compile(nest.structure);
    body = loop.body;
    frame = loop.frame;
    reductions = loop.reductions;
    rowsTogether =
        reductions.count() == 0 ? Long.MAX_VALUE : LoopFrame.rowsTogether(nest.columns());
    rowPitch = LoopFrame.rowPitch(nest.columns());
    operands = new long[nest.byteStrides.length];
    plane = new int[operands.length];
    Arrays.fill(plane, -1);
    int planes = 0;
    for (Instruction i : nest.structure.body()) {
      if (i instanceof Instruction.ColumnReduce reduce) {
        plane[nest.structure.inputs().size() + reduce.output()] = planes++;
      }
    }
  }

  /** Sets where operands lie. */
  void bind(long[] addresses) {
    System.arraycopy(addresses, 0, operands, 0, operands.length);
  }

  /** Sets the distance between the partial results of one column reduction and the next. */
  void planes(long bytes) {
    planeBytes = bytes;
  }

  /** Address of an operand's first element in a row. */
  long at(int operand, long row) {
    long address = operands[operand];
    long rest = row;
    for (int d = nest.extents.length - 1; d >= 0; d--) {
      address += rest % nest.extents[d] * nest.byteStrides[operand][d];
      rest /= nest.extents[d];
    }
    return address;
  }

  /**
   * Runs all passes over a rectangle.
   *
   * @param memory this thread's memory
   * @param partial where column reductions add up their columns
   */
  void run(long row0, long row1, long column0, long column1, long memory, long partial) {
    for (long row = row0; row < row1; ) {
      long even = Math.min(row1 - row, place(row, memory, partial));
      for (long left = even; left > 0; ) {
        long rows = Math.min(left, rowsTogether);
        for (int p = 0; p < loop.passes; p++) {
          pass(p, memory, rows, column0, column1);
        }
        if (loop.storesRows && column0 == 0) {
          body.run(loop.passes, memory, rows, 0, 0);
        }
        left -= rows;
        if (left > 0) {
          advance(memory, rows);
        }
      }
      row += even;
    }
  }

  private void pass(int pass, long memory, long rows, long column0, long column1) {
    for (long c = column0; c < column1; c += loop.block) {
      body.run(pass, memory, rows, c, (int) Math.min(loop.block, column1 - c));
      for (int r : loop.reductionsOf[pass]) {
        reductions.add(r, memory + frame.cells(), rows, c == column0);
      }
    }
  }

  /**
   * Runs one pass over a part of a row and leaves each block's results for {@link #combine}.
   *
   * @param totals 8 bytes for each block of the row and reduction, block by block
   * @param results the row's finished reductions, 8 bytes each
   */
  void runPass(
      int pass,
      long row,
      long column0,
      long column1,
      long memory,
      long partial,
      long totals,
      long results) {
    place(row, memory, partial);
    fetch(memory, results);
    for (long c = column0; c < column1; c += loop.block) {
      body.run(pass, memory, 1, c, (int) Math.min(loop.block, column1 - c));
      for (int r : loop.reductionsOf[pass]) {
        long cell = totals + 8 * (c / loop.block * reductions.count() + r);
        reductions.read(r, memory + frame.cells() + frame.accumulator(r), cell);
      }
    }
  }

  /** Combines what {@link #runPass} left, in the order of the columns. */
  void combine(int pass, long blocks, long totals, long results) {
    for (int r : loop.reductionsOf[pass]) {
      long total = results + 8L * r;
      Cells.putLong(total, Cells.getLong(totals + 8L * r));
      for (long b = 1; b < blocks; b++) {
        reductions.merge(r, total, totals + 8 * (b * reductions.count() + r));
      }
      reductions.finish(r, total, total);
    }
  }

  /** Stores the row values of one row whose reductions are finished. */
  void finishRow(long row, long memory, long results) {
    if (loop.storesRows) {
      place(row, memory, 0);
      fetch(memory, results);
      body.run(loop.passes, memory, 1, 0, 0);
    }
  }

  private void fetch(long memory, long results) {
    long cells = memory + frame.cells();
    for (int r = 0; r < reductions.count(); r++) {
      Cells.putLong(cells + LoopFrame.result(r), Cells.getLong(results + 8L * r));
    }
  }

  /** Writes the addresses of a row into the frame; returns how many rows follow evenly. */
  private long place(long row, long memory, long partial) {
    int n = operands.length;
    int[] indices = nest.indexDimensions;
    for (int i = 0; i < n; i++) {
      Cells.putLong(
          memory + LoopFrame.address(i),
          plane[i] < 0 ? operands[i] : partial + plane[i] * planeBytes);
    }
    long rest = row;
    int inner = nest.extents.length - 1;
    for (int d = inner; d >= 0; d--) {
      long coordinate = rest % nest.extents[d];
      rest /= nest.extents[d];
      for (int i = 0; i < n; i++) {
        if (plane[i] < 0 && coordinate != 0) {
          move(memory + LoopFrame.address(i), coordinate * nest.byteStrides[i][d]);
        }
      }
      for (int i = 0; i < indices.length; i++) {
        if (indices[i] == d) {
          Cells.putLong(memory + LoopFrame.address(n + i), coordinate);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      Cells.putLong(memory + LoopFrame.stride(i), plane[i] < 0 ? nest.byteStrides[i][inner] : 0);
    }
    for (int i = 0; i < indices.length; i++) {
      Cells.putLong(memory + LoopFrame.stride(n + i), indices[i] == inner ? 1 : 0);
    }
    for (int i = 0; i < frame.rows(); i++) {
      put(memory, frame.rowSlot(i), memory + frame.row(i), rowPitch);
    }
    put(memory, frame.cellSlot(), memory + frame.cells(), frame.cellPitch());
    return nest.extents[inner] - row % nest.extents[inner];
  }

  private static void put(long memory, int slot, long address, long stride) {
    Cells.putLong(memory + LoopFrame.address(slot), address);
    Cells.putLong(memory + LoopFrame.stride(slot), stride);
  }

  private void advance(long memory, long rows) {
    for (int i = 0; i < frame.operands(); i++) {
      move(memory + LoopFrame.address(i), rows * Cells.getLong(memory + LoopFrame.stride(i)));
    }
  }

  private static void move(long cell, long by) {
    Cells.putLong(cell, Cells.getLong(cell) + by);
  }
}
