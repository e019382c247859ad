package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Combines the partial rows of one column reduction, in order and in double precision. */
final class ColumnCombine {
  private static final VectorSpecies<Double> D =
      VectorSpecies.of(double.class, Simd.F.vectorShape());
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Simd.BITS / 2));

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
      for (; c + D.length() <= columns; c += D.length()) {
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

  private static void sumVector(long from, long pitch, long count, long to) {
    DoubleVector sum = DoubleVector.zero(D);
    for (long i = 0; i < count; i++) {
      FloatVector part =
          FloatVector.fromMemorySegment(HALF, Simd.ALL, from + i * pitch, Simd.ORDER);
      sum = sum.add(part.convertShape(VectorOperators.F2D, D, 0));
    }
    FloatVector rounded = (FloatVector) sum.convertShape(VectorOperators.D2F, HALF, 0);
    rounded.intoMemorySegment(Simd.ALL, to, Simd.ORDER);
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
