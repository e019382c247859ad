package dev.simoom.kernels;

import java.util.List;

/**
 * One step of a loop kernel's body, for one position of its loop nest.
 *
 * <p>Values are numbered by the position of the instruction that makes them and are used only after
 * it. {@link Store} and {@link ColumnReduce} make none.
 */
public sealed interface Instruction {
  /** The element of an input at this position, in its compute type. */
  record Load(int input) implements Instruction {}

  /**
   * The same value everywhere.
   *
   * @param type F32, I32 or BOOL
   * @param value the number; other than 0 is true for BOOL
   */
  record Constant(DType type, double value) implements Instruction {}

  /**
   * The coordinate along a row dimension or, for the number after the last one, the column; I32.
   */
  record Index(int dimension) implements Instruction {}

  /**
   * A scalar operation on earlier values.
   *
   * @param op what is computed
   * @param arguments the instructions whose values it takes, by their place in the body
   */
  record Apply(ScalarOp op, List<Integer> arguments) implements Instruction {
    /** Copies the list. */
    public Apply {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * A value reduced over all columns of the row; the same for every column. Sums of real numbers
   * are taken in double precision or by blocks, in an order that depends on the number of columns
   * and the vector width alone.
   *
   * @param op how values are joined
   * @param value the instruction whose value is reduced, by its place in the body
   */
  record RowReduce(Reduction op, int value) implements Instruction {}

  /**
   * Writes a value to an output. Where the output's column stride is 0 the value must be the same
   * for every column of the row.
   *
   * @param output number of the output, from 0
   * @param value the instruction whose value is written, by its place in the body
   */
  record Store(int output, int value) implements Instruction {}

  /**
   * Reduces a value over the trailing row dimensions along which the output's stride is 0, column
   * by column, and writes the result when the nest is done.
   *
   * @param output number of the output, from 0
   * @param op how values are joined
   * @param value the instruction whose value is reduced, by its place in the body
   */
  record ColumnReduce(int output, Reduction op, int value) implements Instruction {}
}
