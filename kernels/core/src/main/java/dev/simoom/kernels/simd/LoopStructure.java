package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * All that the code of a loop kernel depends on: types, column strides and instructions, but no
 * extents and no row strides. Kernels of equal structure share one class.
 *
 * <p>In this body {@code Index(-1)} is the column and other indices number the row coordinates that
 * are used, {@link LoopNest#indexDimensions}.
 *
 * @param inputs how each input is read
 * @param outputs how each output is written
 * @param overlaps for each output the inputs it may lie on
 * @param indices number of row coordinates that are used
 * @param body the instructions
 * @param spillRows whether rows are short enough to keep values of a whole row in scratch memory
 */
record LoopStructure(
    List<Access> inputs,
    List<Access> outputs,
    List<List<Integer>> overlaps,
    int indices,
    List<Instruction> body,
    boolean spillRows) {

  /** The dimension number of the column in a structure's body. */
  static final int COLUMN = -1;

  /**
   * One operand.
   *
   * @param perColumn whether it has an element for each column, or one for the row
   */
  record Access(DType type, boolean perColumn) {}

  LoopStructure {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    overlaps = List.copyOf(overlaps);
    body = List.copyOf(body);
  }

  /** The types of the body's values. */
  DType[] types() {
    DType[] types = new DType[body.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] =
          switch (body.get(i)) {
            case Instruction.Load(int input) -> inputs.get(input).type().computeType();
            case Instruction.Constant constant -> constant.type();
            case Instruction.Index unused -> DType.I32;
            case Instruction.Apply apply -> {
              List<DType> arguments = new ArrayList<>();
              apply.arguments().forEach(a -> arguments.add(types[a]));
              yield apply.op().resultType(arguments);
            }
            case Instruction.RowReduce reduce -> types[reduce.value()];
            case Instruction.Store store -> types[store.value()];
            case Instruction.ColumnReduce reduce -> types[reduce.value()];
          };
    }
    return types;
  }

  /** The row reductions, by instruction, in order. */
  List<Integer> rowReductions() {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      if (body.get(i) instanceof Instruction.RowReduce) {
        found.add(i);
      }
    }
    return found;
  }

  /** Number of inputs, outputs and row coordinates. */
  int operands() {
    return inputs.size() + outputs.size() + indices;
  }
}
