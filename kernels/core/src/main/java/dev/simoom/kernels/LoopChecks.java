package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a loop kernel well formed. */
final class LoopChecks {
  private LoopChecks() {}

  static void check(
      List<Long> rows,
      long columns,
      List<Strided> inputs,
      List<Strided> outputs,
      List<Instruction> body) {
    require(columns >= 0 && rows.stream().allMatch(r -> r >= 0), "negative extent");
    for (Strided layout : inputs) {
      checkLayout(layout, rows.size());
    }
    for (Strided layout : outputs) {
      checkLayout(layout, rows.size());
    }
    List<DType> types = types(inputs, body);
    boolean[] varies = varyingAlongColumns(rows.size(), inputs, body);
    boolean[] written = new boolean[outputs.size()];
    for (Instruction instruction : body) {
      switch (instruction) {
        case Instruction.Index(int dimension) ->
            require(dimension >= 0 && dimension <= rows.size(), "no dimension " + dimension);
        case Instruction.Store(int output, int value) -> {
          Strided layout = once(output, outputs, written);
          require(
              stores(layout.type(), types.get(value)),
              "store of " + types.get(value) + " to " + layout);
          require(
              layout.strides().getLast() == 1 || !varies[value] || columns <= 1,
              "output "
                  + output
                  + " has one element per row but its value varies along the columns");
        }
        case Instruction.ColumnReduce(int output, Reduction op, int value) -> {
          Strided layout = once(output, outputs, written);
          require(
              stores(layout.type(), types.get(value)),
              op + " of " + types.get(value) + " to " + layout);
          require(types.get(value) != DType.BOOL, op + " of truth values");
          require(
              layout.strides().getLast() == 1 || columns <= 1,
              "column reduction with column stride 0");
        }
        case Instruction.RowReduce(Reduction op, int value) ->
            require(types.get(value) != DType.BOOL, op + " of truth values");
        default -> {}
      }
    }
    for (int i = 0; i < written.length; i++) {
      require(written[i], "output " + i + " is never written");
    }
    reducedRowDimensions(rows, outputs, body);
  }

  private static void checkLayout(Strided layout, int rowDimensions) {
    require(
        layout.strides().size() == rowDimensions + 1,
        layout + " does not have " + (rowDimensions + 1) + " strides");
    require(layout.strides().getLast() <= 1, "column stride of " + layout + " is neither 0 nor 1");
  }

  private static Strided once(int output, List<Strided> outputs, boolean[] written) {
    require(output >= 0 && output < written.length, "no output " + output);
    require(!written[output], "output " + output + " is written twice");
    written[output] = true;
    return outputs.get(output);
  }

  private static boolean stores(DType memory, @Nullable DType value) {
    return memory.computeType() == value;
  }

  static List<@Nullable DType> types(List<Strided> inputs, List<Instruction> body) {
    List<@Nullable DType> types = new ArrayList<>();
    for (Instruction instruction : body) {
      types.add(
          switch (instruction) {
            case Instruction.Load(int input) -> {
              require(input >= 0 && input < inputs.size(), "no input " + input);
              yield inputs.get(input).type().computeType();
            }
            case Instruction.Constant(DType type, double value) -> {
              require(
                  type == type.computeType(), "constant of storage type " + type + ": " + value);
              yield type;
            }
            case Instruction.Index unused -> DType.I32;
            case Instruction.Apply(ScalarOp op, List<Integer> arguments) ->
                op.resultType(arguments.stream().map(a -> typeOf(a, types)).toList());
            case Instruction.RowReduce(Reduction unused, int value) -> typeOf(value, types);
            case Instruction.Store(int unused, int value) -> none(value, types);
            case Instruction.ColumnReduce(int unused, Reduction op, int value) ->
                none(value, types);
          });
    }
    return Collections.unmodifiableList(types);
  }

  private static DType typeOf(int value, List<@Nullable DType> types) {
    require(value >= 0 && value < types.size(), "value " + value + " is used before it is made");
    DType type = types.get(value);
    if (type == null) {
      throw new IllegalArgumentException("loop kernel: instruction " + value + " makes no value");
    }
    return type;
  }

  private static @Nullable DType none(int value, List<@Nullable DType> types) {
    DType unused = typeOf(value, types);
    return null;
  }

  /** For each value whether it may differ between the columns of one row. */
  static boolean[] varyingAlongColumns(
      int rowDimensions, List<Strided> inputs, List<Instruction> body) {
    boolean[] varies = new boolean[body.size()];
    for (int i = 0; i < varies.length; i++) {
      varies[i] =
          switch (body.get(i)) {
            case Instruction.Load(int input) -> inputs.get(input).strides().getLast() != 0;
            case Instruction.Index(int dimension) -> dimension == rowDimensions;
            case Instruction.Apply(ScalarOp unused, List<Integer> arguments) ->
                arguments.stream().anyMatch(a -> varies[a]);
            default -> false;
          };
    }
    return varies;
  }

  static int reducedRowDimensions(List<Long> rows, List<Strided> outputs, List<Instruction> body) {
    int reduced = 0;
    for (Instruction instruction : body) {
      if (instruction instanceof Instruction.ColumnReduce(int output, Reduction op, int value)) {
        int trailing = 0;
        List<Long> strides = outputs.get(output).strides();
        while (trailing < rows.size() && strides.get(rows.size() - 1 - trailing) == 0) {
          trailing++;
        }
        for (int i = 0; i < rows.size() - trailing; i++) {
          require(
              strides.get(i) != 0 || rows.get(i) <= 1,
              op + " of value " + value + " reduces a row dimension that is not among the last");
        }
        require(trailing > 0, op + " of value " + value + " reduces nothing: store it");
        require(
            reduced == 0 || reduced == trailing, "column reductions over different row dimensions");
        reduced = trailing;
      }
    }
    return reduced;
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException("loop kernel: " + complaint);
    }
  }
}
