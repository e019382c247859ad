package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import java.util.List;

/**
 * The row reductions of a loop kernel, by number: how the vector in which generated code has
 * reduced a block of a row's columns becomes the row's result. Until then totals are doubles or
 * longs.
 *
 * <p>Lanes are read one by one: the order of additions is then the same in every tier of the
 * compiler, and no vector is made that one of them might keep as an object.
 */
final class RowReductions {
  private static final long VECTOR_BYTES = 4L * Simd.LANES;

  private final LoopFrame frame;
  private final Reduction[] operations;
  private final boolean[] ofInts;

  RowReductions(LoopSchedule schedule, LoopFrame frame) {
    this.frame = frame;
    List<Integer> reductions = schedule.structure.rowReductions();
    operations = new Reduction[reductions.size()];
    ofInts = new boolean[operations.length];
    for (int r = 0; r < operations.length; r++) {
      int i = reductions.get(r);
      operations[r] = ((Instruction.RowReduce) schedule.structure.body().get(i)).op();
      ofInts[r] = schedule.types[i] == DType.I32;
    }
  }

  int count() {
    return operations.length;
  }

  /**
   * Combines a block's lanes with the total of each row and sets its result. With many rows in one
   * call no lane is read soon after it was written, and no row waits for another.
   *
   * @param cells the first row's cells
   * @param rows how many rows
   * @param first whether there is no total yet
   */
  void add(int r, long cells, long rows, boolean first) {
    long lanes = cells + frame.accumulator(r);
    long total = cells + LoopFrame.total(r);
    long result = cells + LoopFrame.result(r);
    long pitch = frame.cellPitch();
    Reduction op = operations[r];
    if (ofInts[r]) {
      for (long at = 0; at < rows * pitch; at += pitch) {
        long value = ints(op, lanes + at);
        value = first ? value : combine(op, Cells.getLong(total + at), value);
        Cells.putLong(total + at, value);
        Cells.putInt((int) value, result + at);
      }
    } else {
      for (long at = 0; at < rows * pitch; at += pitch) {
        double value = floats(op, lanes + at);
        value = first ? value : op.combine(Cells.getDouble(total + at), value);
        Cells.putDouble(total + at, value);
        Cells.putFloat((float) value, result + at);
      }
    }
  }

  /** Makes a total of a block's lanes. */
  void read(int r, long lanes, long total) {
    if (ofInts[r]) {
      Cells.putLong(total, ints(operations[r], lanes));
    } else {
      Cells.putDouble(total, floats(operations[r], lanes));
    }
  }

  /** Combines a total with another. */
  void merge(int r, long total, long other) {
    Reduction op = operations[r];
    if (ofInts[r]) {
      Cells.putLong(total, combine(op, Cells.getLong(total), Cells.getLong(other)));
    } else {
      Cells.putDouble(total, op.combine(Cells.getDouble(total), Cells.getDouble(other)));
    }
  }

  /** Rounds a total to the 32 bits of a result. */
  void finish(int r, long total, long result) {
    if (ofInts[r]) {
      Cells.putInt((int) Cells.getLong(total), result);
    } else {
      Cells.putFloat((float) Cells.getDouble(total), result);
    }
  }

  private static float floats(Reduction op, long lanes) {
    if (op == Reduction.SUM) {
      return switch (Simd.LANES) {
        case 4 -> add4(lanes);
        case 8 -> add4(lanes) + add4(lanes + 16);
        default -> (add4(lanes) + add4(lanes + 16)) + (add4(lanes + 32) + add4(lanes + 48));
      };
    }
    float value = Cells.getFloat(lanes);
    for (long at = lanes + 4; at < lanes + VECTOR_BYTES; at += 4) {
      float next = Cells.getFloat(at);
      value = op == Reduction.MAX ? Math.max(value, next) : Math.min(value, next);
    }
    return value;
  }

  private static float add4(long a) {
    return (Cells.getFloat(a) + Cells.getFloat(a + 4))
        + (Cells.getFloat(a + 8) + Cells.getFloat(a + 12));
  }

  private static int ints(Reduction op, long lanes) {
    int value = Cells.getInt(lanes);
    for (long at = lanes + 4; at < lanes + VECTOR_BYTES; at += 4) {
      value = (int) combine(op, value, Cells.getInt(at));
    }
    return value;
  }

  private static long combine(Reduction op, long a, long b) {
    return switch (op) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }
}
