package dev.simoom.kernels.reference;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import java.util.Arrays;
import java.util.List;

/**
 * Interprets a loop kernel, instruction by instruction over each row.
 *
 * <p>Every real value is rounded to F32 after the instruction that makes it, which gives the exact
 * result of F32 arithmetic since a double holds more than twice the digits; reductions are rounded
 * once, at their end.
 */
final class LoopReference {
  private final LoopKernel kernel;
  private final List<DType> types;
  private final Memory[] inputs;
  private final Memory[] outputs;
  private final double[][] values;
  private final int columns;

  private LoopReference(LoopKernel kernel, Memory[] inputs, Memory[] outputs) {
    this.kernel = kernel;
    this.inputs = inputs;
    this.outputs = outputs;
    types = kernel.types();
    columns = Math.toIntExact(kernel.columns());
    values = new double[kernel.body().size()][columns];
  }

  static void run(LoopKernel kernel, Memory[] memory) {
    int inputs = kernel.inputs().size();
    run(
        kernel,
        Arrays.copyOf(memory, inputs),
        Arrays.copyOfRange(memory, inputs, inputs + kernel.outputs().size()));
  }

  static void run(LoopKernel kernel, Memory[] inputs, Memory[] outputs) {
    if (kernel.columns() > 0) {
      new LoopReference(kernel, inputs, outputs).run();
    }
  }

  private void run() {
    long rows = kernel.rowCount();
    List<Long> extents = kernel.rows();
    int kept = extents.size() - kernel.reducedRowDimensions();
    long group = extents.stream().skip(kept).reduce(1L, Math::multiplyExact);
    for (long row = 0; row < rows; row++) {
      boolean first = row % group == 0;
      boolean last = row % group == group - 1;
      for (int i = 0; i < values.length; i++) {
        step(i, row, first, last);
      }
    }
  }

  /** One instruction for all columns of a row. */
  private void step(int number, long row, boolean firstOfGroup, boolean lastOfGroup) {
    double[] result = values[number];
    switch (kernel.body().get(number)) {
      case Instruction.Load(int input) ->
          load(kernel.inputs().get(input), inputs[input], row, result);
      case Instruction.Constant(DType type, double value) ->
          Arrays.fill(result, type == DType.F32 ? (float) value : value);
      case Instruction.Index(int dimension) -> index(dimension, row, result);
      case Instruction.Apply(ScalarOp op, List<Integer> arguments) -> apply(op, arguments, number);
      case Instruction.RowReduce(Reduction op, int value) -> {
        double total = identity(op, value);
        for (double x : values[value]) {
          total = combine(op, value, total, x);
        }
        Arrays.fill(result, types.get(value) == DType.F32 ? (float) total : total);
      }
      case Instruction.Store(int output, int value) -> store(output, row, values[value]);
      case Instruction.ColumnReduce(int output, Reduction op, int value) -> {
        if (firstOfGroup) {
          Arrays.fill(result, identity(op, value));
        }
        for (int c = 0; c < columns; c++) {
          result[c] = combine(op, value, result[c], values[value][c]);
        }
        if (lastOfGroup) {
          store(output, row, result);
        }
      }
    }
  }

  private void load(Strided layout, Memory memory, long row, double[] to) {
    long start = Memory.offset(kernel.rows(), layout.strides(), row);
    for (int c = 0; c < columns; c++) {
      to[c] = memory.get(start + c * layout.strides().getLast());
    }
  }

  private void store(int output, long row, double[] from) {
    Strided layout = kernel.outputs().get(output);
    long start = Memory.offset(kernel.rows(), layout.strides(), row);
    for (int c = 0; c < columns; c++) {
      outputs[output].set(start + c * layout.strides().getLast(), from[c]);
    }
  }

  private void index(int dimension, long row, double[] to) {
    long after = kernel.rows().stream().skip(dimension + 1L).reduce(1L, Math::multiplyExact);
    for (int c = 0; c < columns; c++) {
      to[c] = dimension == kernel.rows().size() ? c : row / after % kernel.rows().get(dimension);
    }
  }

  private void apply(ScalarOp op, List<Integer> arguments, int number) {
    double[][] x = new double[3][];
    for (int i = 0; i < x.length; i++) {
      x[i] = values[arguments.get(Math.min(i, arguments.size() - 1))];
    }
    DType type = types.get(number);
    for (int c = 0; c < columns; c++) {
      values[number][c] = op.evaluate(type, x[0][c], x[1][c], x[2][c]);
    }
  }

  private double identity(Reduction op, int value) {
    return types.get(value) == DType.I32 ? op.integerIdentity() : op.identity();
  }

  private double combine(Reduction op, int value, double a, double b) {
    double combined = op.combine(a, b);
    return types.get(value) == DType.I32 ? (int) (long) combined : combined;
  }
}
