package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Combines the partial rows of one column reduction, in order and as if in double precision. */
final class ColumnCombine {
  private final Reduction op;
  private final boolean ints;
  private final DType type;
  final int operand;

  ColumnCombine(LoopStructure structure, Instruction.ColumnReduce reduce) {
    op = reduce.op();
    ints = structure.types()[reduce.value()] == DType.I32;
    type = structure.outputs().get(reduce.output()).type();
    operand = structure.inputs().size() + reduce.output();
  }

  /** Where column reductions start. */
  int identityBits() {
    return ints ? op.integerIdentity() : Float.floatToRawIntBits((float) op.identity());
  }

  int elementBytes() {
    return type.bytes();
  }

  /**
   * Combines columns.
   *
   * @param partials address of the first column in the first partial row
   * @param pitch bytes from one partial row to the next
   * @param count number of partial rows
   * @param to address of the first column's result
   */
  void run(long partials, long pitch, long count, long columns, long to) {
    long c = 0;
    if (op == Reduction.SUM && type == DType.F32) {
      for (; c + LANES <= columns; c += LANES) {
        sumVector(partials + 4 * c, pitch, count, to + 4 * c);
      }
    }
    for (; c < columns; c++) {
      if (ints) {
        Cells.putInt(integer(partials + 4 * c, pitch, count), to + 4 * c);
      } else {
        put(real(partials + 4 * c, pitch, count), to + c * type.bytes());
      }
    }
  }

  /**
   * A vector of sums that carries along what each addition rounds away (Knuth's two-sum), which is
   * as good as adding in double precision.
   */
  private static void sumVector(long from, long pitch, long count, long to) {
    FloatVector sum = FloatVector.zero(F);
    FloatVector lost = sum;
    for (long i = 0; i < count; i++) {
      FloatVector part = FloatVector.fromMemorySegment(F, ALL, from + i * pitch, ORDER);
      FloatVector next = sum.add(part);
      FloatVector added = next.sub(sum);
      lost = lost.add(sum.sub(next.sub(added)).add(part.sub(added)));
      sum = next;
    }
    // Beside an infinite sum nothing is lost that could be told.
    FloatVector known = lost.blend(0f, lost.compare(VectorOperators.NE, lost));
    sum.add(known).intoMemorySegment(ALL, to, ORDER);
  }

  private float real(long from, long pitch, long count) {
    double total = op.identity();
    for (long i = 0; i < count; i++) {
      total = op.combine(total, Cells.getFloat(from + i * pitch));
    }
    return (float) total;
  }

  private int integer(long from, long pitch, long count) {
    int total = op.integerIdentity();
    for (long i = 0; i < count; i++) {
      int next = Cells.getInt(from + i * pitch);
      total =
          switch (op) {
            case SUM -> total + next;
            case MAX -> Math.max(total, next);
            case MIN -> Math.min(total, next);
          };
    }
    return total;
  }

  private void put(float value, long address) {
    switch (type) {
      case F16 -> Cells.putHalf(value, address);
      case BF16 -> Cells.putBrain(value, address);
      default -> Cells.putFloat(value, address);
    }
  }
}
