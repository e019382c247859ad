package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A loop kernel and where its operands lie. */
final class DeviceLoop {
  private final LoopKernel kernel;
  private final List<Place> inputs;
  private final List<Place> outputs;
  private final List<@Nullable DType> types;
  private final int[] depths;
  private final @Nullable Double[] constants;

  /**
   * A loop on a device.
   *
   * @param inputs one place for each input
   * @param outputs one place for each output
   */
  DeviceLoop(LoopKernel kernel, List<Place> inputs, List<Place> outputs) {
    this.kernel = kernel;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    types = kernel.types();
    depths = depths();
    constants = constants();
  }

  LoopKernel kernel() {
    return kernel;
  }

  List<Place> inputs() {
    return inputs;
  }

  List<Place> outputs() {
    return outputs;
  }

  int columns() {
    return Math.toIntExact(kernel.columns());
  }

  int rowCount() {
    return Math.toIntExact(kernel.rowCount());
  }

  Instruction instruction(int number) {
    return kernel.body().get(number);
  }

  DType type(int value) {
    return Objects.requireNonNull(types.get(value));
  }

  /** The array of each operand. */
  List<ArrayRef> arrays() {
    List<ArrayRef> arrays = new ArrayList<>();
    inputs.forEach(place -> arrays.add(place.array()));
    outputs.forEach(place -> arrays.add(place.array()));
    return arrays;
  }

  /** What a value is everywhere, or null if it depends on data or position. */
  @Nullable Double constant(int value) {
    return constants[value];
  }

  /** Whether a value depends on what is in memory. */
  boolean readsData(int value) {
    return closure(List.of(value), Set.of()).stream()
        .anyMatch(i -> instruction(i) instanceof Instruction.Load);
  }

  /** Arithmetic on constants is done here: a device's compiler refuses some of it. */
  private @Nullable Double[] constants() {
    @Nullable Double[] known = new Double[kernel.body().size()];
    for (int i = 0; i < known.length; i++) {
      switch (instruction(i)) {
        case Instruction.Constant(DType type, double value) ->
            known[i] = type == DType.F32 ? (float) value : value;
        case Instruction.Apply(ScalarOp op, List<Integer> arguments) -> {
          if (arguments.stream().allMatch(a -> known[a] != null)) {
            known[i] = evaluate(op, arguments.stream().map(a -> known[a]).toList(), type(i));
          }
        }
        default -> {}
      }
    }
    return known;
  }

  private static double evaluate(ScalarOp op, List<@Nullable Double> x, DType type) {
    double a = Objects.requireNonNull(x.getFirst());
    double b = Objects.requireNonNull(x.get(Math.min(1, x.size() - 1)));
    return op.evaluate(type, a, b, Objects.requireNonNull(x.getLast()));
  }

  /** How many row reductions lie one behind the other on the way to each value. */
  private int[] depths() {
    int[] depths = new int[kernel.body().size()];
    for (int i = 0; i < depths.length; i++) {
      int deepest = 0;
      for (int used : operands(i)) {
        deepest = Math.max(deepest, depths[used]);
      }
      depths[i] = deepest + (instruction(i) instanceof Instruction.RowReduce ? 1 : 0);
    }
    return depths;
  }

  /** The row reductions of one depth, 1 and up. */
  List<Integer> rowReductions(int depth) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < depths.length; i++) {
      if (depths[i] == depth && instruction(i) instanceof Instruction.RowReduce) {
        found.add(i);
      }
    }
    return found;
  }

  int deepest() {
    int deepest = 0;
    for (int i = 0; i < depths.length; i++) {
      if (instruction(i) instanceof Instruction.RowReduce) {
        deepest = Math.max(deepest, depths[i]);
      }
    }
    return deepest;
  }

  /** The stores to outputs that have one element for each column, or one for each row. */
  List<Instruction.Store> stores(boolean ofColumns) {
    List<Instruction.Store> found = new ArrayList<>();
    for (Instruction i : kernel.body()) {
      if (i instanceof Instruction.Store store && hasColumns(store.output()) == ofColumns) {
        found.add(store);
      }
    }
    return found;
  }

  List<Instruction.ColumnReduce> columnReductions() {
    return kernel.body().stream()
        .filter(Instruction.ColumnReduce.class::isInstance)
        .map(Instruction.ColumnReduce.class::cast)
        .toList();
  }

  private boolean hasColumns(int output) {
    return kernel.outputs().get(output).strides().getLast() != 0 || kernel.columns() == 1;
  }

  /** The values that an instruction works on. */
  List<Integer> uses(int number) {
    return constants[number] != null ? List.of() : operands(number);
  }

  private List<Integer> operands(int number) {
    return switch (instruction(number)) {
      case Instruction.Load unused -> List.of();
      case Instruction.Constant unused -> List.of();
      case Instruction.Index unused -> List.of();
      case Instruction.Apply apply -> apply.arguments();
      case Instruction.RowReduce reduce -> List.of(reduce.value());
      case Instruction.Store store -> List.of(store.value());
      case Instruction.ColumnReduce reduce -> List.of(reduce.value());
    };
  }

  /** What must be worked out for some values, in order, short of what is known. */
  Set<Integer> closure(List<Integer> wanted, Set<Integer> known) {
    TreeSet<Integer> closure = new TreeSet<>();
    List<Integer> pending = new ArrayList<>(wanted);
    while (!pending.isEmpty()) {
      int value = pending.removeLast();
      if (!known.contains(value) && closure.add(value)) {
        pending.addAll(uses(value));
      }
    }
    return closure;
  }
}
