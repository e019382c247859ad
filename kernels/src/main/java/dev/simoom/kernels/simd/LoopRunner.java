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
  private final long[] operands;

  /** For each operand the number of its column reduction, or -1. */
  private final int[] plane;

  private long planeBytes;

  LoopRunner(LoopKernel kernel, boolean flatten) {
    nest = new LoopNest(kernel, flatten);
    loop = LoopCompiler.compile(nest.structure);
    body = loop.body;
    frame = loop.frame;
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
      long rows = Math.min(row1 - row, place(row, memory, partial));
      if (loop.manyRows) {
        for (int p = 0; p < loop.passes; p++) {
          call(p, memory, rows, column0, column1);
        }
        storeRows(memory, rows, column0);
      } else {
        for (long i = 0; i < rows; i++) {
          for (int p = 0; p < loop.passes; p++) {
            pass(p, memory, column0, column1);
          }
          storeRows(memory, 1, column0);
          advance(memory);
        }
      }
      row += rows;
    }
  }

  private void storeRows(long memory, long rows, long column0) {
    if (loop.storesRows && column0 == 0) {
      body.run(loop.passes, memory, rows, 0, 0);
    }
  }

  private void call(int pass, long memory, long rows, long column0, long column1) {
    for (long c = column0; c < column1; c += loop.block) {
      body.run(pass, memory, rows, c, (int) Math.min(loop.block, column1 - c));
    }
  }

  private void pass(int pass, long memory, long column0, long column1) {
    int[] reductions = loop.reductionsOf[pass];
    for (int r : reductions) {
      reset(r, frame.total(r) + memory);
    }
    for (long c = column0; c < column1; c += LoopFrame.BLOCK) {
      body.run(pass, memory, 1, c, (int) Math.min(LoopFrame.BLOCK, column1 - c));
      for (int r : reductions) {
        add(r, memory, frame.total(r) + memory);
      }
    }
    for (int r : reductions) {
      finish(r, frame.total(r) + memory, frame.result(r) + memory);
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
    int count = loop.reductionOps.length;
    for (long c = column0; c < column1; c += LoopFrame.BLOCK) {
      body.run(pass, memory, 1, c, (int) Math.min(LoopFrame.BLOCK, column1 - c));
      for (int r : loop.reductionsOf[pass]) {
        long cell = totals + 8 * (c / LoopFrame.BLOCK * count + r);
        reset(r, cell);
        add(r, memory, cell);
      }
    }
  }

  /** Combines what {@link #runPass} left, in the order of the columns. */
  void combine(int pass, long blocks, long totals, long results) {
    int count = loop.reductionOps.length;
    for (int r : loop.reductionsOf[pass]) {
      long total = results + 8L * r;
      reset(r, total);
      for (long b = 0; b < blocks; b++) {
        merge(r, total, totals + 8 * (b * count + r));
      }
      finish(r, total, total);
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
    for (int r = 0; r < loop.reductionOps.length; r++) {
      Cells.putLong(memory + frame.result(r), Cells.getLong(results + 8L * r));
    }
  }

  private void reset(int r, long cell) {
    if (loop.reductionOfInts[r]) {
      Cells.putLong(cell, loop.reductionOps[r].integerIdentity());
    } else {
      Cells.putDouble(cell, loop.reductionOps[r].identity());
    }
  }

  /** Adds the accumulators of a block to a total. */
  private void add(int r, long memory, long cell) {
    long lanes = memory + frame.accumulators(r);
    if (loop.reductionOfInts[r]) {
      long total = Cells.getLong(cell);
      Cells.putLong(
          cell,
          switch (loop.reductionOps[r]) {
            case SUM -> total + Cells.addInts(lanes);
            case MAX -> Math.max(total, Cells.maxInts(lanes));
            case MIN -> Math.min(total, Cells.minInts(lanes));
          });
    } else {
      double total = Cells.getDouble(cell);
      Cells.putDouble(
          cell,
          switch (loop.reductionOps[r]) {
            case SUM -> total + Cells.addFloats(lanes);
            case MAX -> Math.max(total, Cells.maxFloats(lanes));
            case MIN -> Math.min(total, Cells.minFloats(lanes));
          });
    }
  }

  private void merge(int r, long cell, long other) {
    if (loop.reductionOfInts[r]) {
      long a = Cells.getLong(cell);
      long b = Cells.getLong(other);
      Cells.putLong(
          cell,
          switch (loop.reductionOps[r]) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
          });
    } else {
      double a = Cells.getDouble(cell);
      double b = Cells.getDouble(other);
      Cells.putDouble(cell, loop.reductionOps[r].combine(a, b));
    }
  }

  private void finish(int r, long total, long result) {
    if (loop.reductionOfInts[r]) {
      Cells.putInt((int) Cells.getLong(total), result);
    } else {
      Cells.putFloat((float) Cells.getDouble(total), result);
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
    return nest.extents[inner] - row % nest.extents[inner];
  }

  private void advance(long memory) {
    for (int i = 0; i < frame.slots(); i++) {
      move(memory + LoopFrame.address(i), Cells.getLong(memory + LoopFrame.stride(i)));
    }
  }

  private static void move(long cell, long by) {
    Cells.putLong(cell, Cells.getLong(cell) + by);
  }
}
