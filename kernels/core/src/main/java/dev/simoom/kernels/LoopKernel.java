package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Elementwise arithmetic and reductions over a loop nest: rows of any number of dimensions, each of
 * a number of columns.
 *
 * <p>For every row the body runs as if each instruction were carried out for all columns before the
 * next one. Inputs and outputs have one stride per row dimension and, last, a column stride of 0 or
 * 1. An output may lie exactly on an input of the same strides and size (an update in place);
 * otherwise outputs overlap nothing. Row dimensions that a {@link Instruction.ColumnReduce} output
 * reduces (stride 0) come after all others, and all such outputs of one kernel reduce the same
 * ones.
 *
 * @param rows extents of the row dimensions, outermost first; may be empty
 * @param columns extent of the innermost dimension
 * @param inputs layouts of the inputs
 * @param outputs layouts of the outputs
 * @param body the instructions
 */
public record LoopKernel(
    List<Long> rows,
    long columns,
    List<Strided> inputs,
    List<Strided> outputs,
    List<Instruction> body)
    implements Kernel {

  /** Copies the lists and checks that every reference, type and stride is right. */
  public LoopKernel {
    rows = List.copyOf(rows);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    body = List.copyOf(body);
    LoopChecks.check(rows, columns, inputs, outputs, body);
  }

  /** The types of the body's values, by instruction; null for those that make none. */
  public List<@Nullable DType> types() {
    return LoopChecks.types(inputs, body);
  }

  /** Product of the row extents. */
  public long rowCount() {
    return rows.stream().reduce(1L, Math::multiplyExact);
  }

  /** Number of trailing row dimensions that column reductions run over; 0 if there are none. */
  public int reducedRowDimensions() {
    return LoopChecks.reducedRowDimensions(rows, outputs, body);
  }

  @Override
  public String name() {
    StringBuilder s = new StringBuilder("loop");
    boolean rowReduce = false;
    boolean columnReduce = false;
    int arithmetic = 0;
    for (Instruction i : body) {
      rowReduce |= i instanceof Instruction.RowReduce;
      columnReduce |= i instanceof Instruction.ColumnReduce;
      arithmetic += i instanceof Instruction.Apply ? 1 : 0;
    }
    s.append(rowReduce ? "-rows" : "").append(columnReduce ? "-columns" : "");
    s.append(' ');
    rows.forEach(r -> s.append(r).append('x'));
    return s.append(columns).append(" (").append(arithmetic).append(" ops)").toString();
  }

  @Override
  public List<Port> ports() {
    List<Long> extents = new ArrayList<>(rows);
    extents.add(columns);
    List<Port> ports = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      ports.add(Port.input("in" + i, inputs.get(i).type(), inputs.get(i).reach(extents)));
    }
    for (int i = 0; i < outputs.size(); i++) {
      ports.add(Port.output("out" + i, outputs.get(i).type(), outputs.get(i).reach(extents)));
    }
    return ports;
  }

  @Override
  public long flops() {
    long perElement =
        body.stream()
            .filter(i -> !(i instanceof Instruction.Load || i instanceof Instruction.Store))
            .filter(i -> !(i instanceof Instruction.Constant || i instanceof Instruction.Index))
            .count();
    return perElement * rowCount() * columns;
  }

  /** Collects the body of a loop kernel, giving equal instructions one number. */
  public static final class Builder implements Algebra<Integer> {
    private final List<Strided> inputs = new ArrayList<>();
    private final List<Strided> outputs = new ArrayList<>();
    private final List<Instruction> body = new ArrayList<>();
    private final Map<Instruction, Integer> known = new HashMap<>();

    /** Adds an input; returns its index for {@link #load}. */
    public int input(Strided layout) {
      inputs.add(layout);
      return inputs.size() - 1;
    }

    /** Adds an output; returns its index for {@link #store} and {@link #columnReduce}. */
    public int output(Strided layout) {
      outputs.add(layout);
      return outputs.size() - 1;
    }

    /** The element of an input. */
    public int load(int input) {
      return value(new Instruction.Load(input));
    }

    /** A constant of a given type. */
    public int constant(DType type, double value) {
      return value(new Instruction.Constant(type, value));
    }

    @Override
    public Integer constant(double value) {
      return constant(DType.F32, value);
    }

    /** The coordinate along a dimension. */
    public int index(int dimension) {
      return value(new Instruction.Index(dimension));
    }

    @Override
    public Integer apply(ScalarOp op, List<Integer> arguments) {
      return value(new Instruction.Apply(op, arguments));
    }

    /** A value reduced over the columns. */
    public int rowReduce(Reduction op, int value) {
      return value(new Instruction.RowReduce(op, value));
    }

    /** Writes a value to an output. */
    public void store(int output, int value) {
      body.add(new Instruction.Store(output, value));
    }

    /** Reduces a value over rows into an output. */
    public void columnReduce(int output, Reduction op, int value) {
      body.add(new Instruction.ColumnReduce(output, op, value));
    }

    private int value(Instruction instruction) {
      return known.computeIfAbsent(
          instruction,
          i -> {
            body.add(i);
            return body.size() - 1;
          });
    }

    /** Number of instructions so far. */
    public int size() {
      return body.size();
    }

    /** The kernel over a nest of the given extents. */
    public LoopKernel build(List<Long> rows, long columns) {
      return new LoopKernel(rows, columns, inputs, outputs, body);
    }
  }
}
