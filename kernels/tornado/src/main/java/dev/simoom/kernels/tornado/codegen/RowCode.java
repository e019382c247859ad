package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.task.Place;
import java.lang.classfile.TypeKind;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Writes what happens at the positions of one row of a loop. */
final class RowCode {
  private static final int NONE = -1;

  /** Functions that TornadoVM's compiler breaks on where it finds that an argument is constant. */
  private static final Set<ScalarOp> FUNCTIONS =
      EnumSet.of(ScalarOp.TANH, ScalarOp.SIN, ScalarOp.COS);

  private final DeviceCode device;
  private final ScalarCode scalars;
  private final DeviceLoop loop;
  private final int[] coordinates;
  private final int[] inputs;
  private final int[] outputs;

  /** Values that are the same in the whole row, by number: the locals they lie in. */
  private final Map<Integer, Integer> ofRow = new HashMap<>();

  /**
   * Works out where the row's operands lie.
   *
   * @param row local with the number of the row; it may be out of range, as long as nothing is read
   *     or written then
   */
  RowCode(DeviceCode device, DeviceLoop loop, int row) {
    this.device = device;
    this.loop = loop;
    scalars = new ScalarCode(device);
    coordinates = coordinates(row);
    inputs = bases(loop.kernel().inputs(), loop.inputs());
    outputs = bases(loop.kernel().outputs(), loop.outputs());
  }

  private int[] coordinates(int row) {
    List<Long> extents = loop.kernel().rows();
    int[] locals = new int[extents.size()];
    int rest = row;
    for (int d = locals.length - 1; d >= 0; d--) {
      int extent = Math.toIntExact(extents.get(d));
      if (d == 0) {
        locals[0] = rest;
        break;
      }
      device.code.iload(rest);
      device.remainder(extent);
      locals[d] = device.keepInt();
      device.code.iload(rest);
      device.divide(extent);
      rest = device.keepInt();
    }
    return locals;
  }

  private int[] bases(List<Strided> layouts, List<Place> places) {
    int[] locals = new int[layouts.size()];
    for (int i = 0; i < locals.length; i++) {
      device.code.loadConstant(places.get(i).offset());
      for (int d = 0; d < coordinates.length; d++) {
        int stride = Math.toIntExact(layouts.get(i).strides().get(d));
        if (stride != 0 && loop.kernel().rows().get(d) > 1) {
          device.code.iload(coordinates[d]).loadConstant(stride).imul().iadd();
        }
      }
      locals[i] = device.keepInt();
    }
    return locals;
  }

  /** Says where a value that is the same in the whole row lies. */
  void know(int value, int local) {
    ofRow.put(value, local);
  }

  /** Works out values at a column; gives the locals they lie in, by number. */
  Map<Integer, Integer> values(List<Integer> wanted, int column) {
    return values(wanted, column, Map.of());
  }

  /**
   * Works out values at a column.
   *
   * @param column local with the number of the column
   * @param given values that are known at this column
   */
  Map<Integer, Integer> values(List<Integer> wanted, int column, Map<Integer, Integer> given) {
    Map<Integer, Integer> locals = new HashMap<>(ofRow);
    locals.putAll(given);
    for (int number : loop.closure(wanted, Map.copyOf(locals).keySet())) {
      push(number, column, locals);
      int local = device.local(ScalarCode.kind(loop.type(number)));
      device.code.storeLocal(ScalarCode.kind(loop.type(number)), local);
      locals.put(number, local);
    }
    return locals;
  }

  private void push(int number, int column, Map<Integer, Integer> locals) {
    Double always = loop.constant(number);
    if (always != null) {
      scalars.constant(loop.type(number), always);
      return;
    }
    switch (loop.instruction(number)) {
      case Instruction.Load(int input) -> {
        Strided layout = loop.kernel().inputs().get(input);
        device.array(loop.inputs().get(input).array());
        pushIndex(inputs[input], layout, column);
        device.get(layout.type());
      }
      case Instruction.Index(int dimension) ->
          device.code.iload(dimension == coordinates.length ? column : coordinates[dimension]);
      case Instruction.Apply apply -> {
        List<Integer> arguments = apply.arguments();
        int[] x = {NONE, NONE, NONE};
        for (int i = 0; i < arguments.size(); i++) {
          x[i] = Objects.requireNonNull(locals.get(arguments.get(i)));
        }
        if (FUNCTIONS.contains(apply.op()) && !loop.readsData(arguments.getFirst())) {
          int constant = x[0];
          device.opaque(() -> device.code.fload(constant));
          x[0] = device.local(TypeKind.FLOAT);
          device.code.fstore(x[0]);
        }
        scalars.apply(apply.op(), loop.type(arguments.getLast()), x[0], x[1], x[2]);
      }
      default -> throw new IllegalStateException(loop.instruction(number) + " is no value here");
    }
  }

  /** Writes a value that lies in a local to its output. */
  void store(int output, int value, int column) {
    Strided layout = loop.kernel().outputs().get(output);
    device.array(loop.outputs().get(output).array());
    pushIndex(outputs[output], layout, column);
    device.code.loadLocal(ScalarCode.kind(layout.type().computeType()), value);
    device.set(layout.type());
  }

  private void pushIndex(int base, Strided layout, int column) {
    device.code.iload(base);
    if (layout.strides().getLast() != 0 && loop.kernel().columns() > 1) {
      device.code.iload(column).iadd();
    }
  }
}
