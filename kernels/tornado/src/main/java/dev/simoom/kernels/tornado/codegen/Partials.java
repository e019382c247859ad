package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.tornado.task.Place;
import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * Column reductions over blocks of rows, not yet combined.
 *
 * @param places room for each column reduction: for each block one row of columns
 * @param rows how many rows are reduced to one
 * @param blockRows how many of them make a block
 */
record Partials(List<Place> places, int rows, int blockRows) {
  Partials {
    places = List.copyOf(places);
  }

  /** Blocks for each row of the result. */
  int blocks() {
    return Math.ceilDiv(rows, blockRows);
  }

  /** Pushes array and index of a column's element in a block. */
  void pushElement(DeviceCode device, int reduction, int block, int column, int columns) {
    Place place = places.get(reduction);
    device.array(place.array());
    device.code.iload(block).loadConstant(columns).imul().iload(column).iadd();
    device.code.loadConstant(place.offset()).iadd();
  }

  /** Stores what lies in a local. */
  void store(DeviceCode device, int reduction, int block, int column, DeviceLoop loop, int value) {
    DType type = type(loop, reduction);
    pushElement(device, reduction, block, column, loop.columns());
    device.code.loadLocal(ScalarCode.kind(type), value);
    device.set(type);
  }

  /** The type in which a column reduction is carried out. */
  static DType type(DeviceLoop loop, int reduction) {
    Instruction.ColumnReduce reduce = loop.columnReductions().get(reduction);
    return loop.type(reduce.value());
  }

  /** Makes a local that holds the identity of a column reduction. */
  static int accumulator(DeviceCode device, DeviceLoop loop, int reduction) {
    DType type = type(loop, reduction);
    CodeBuilder code = device.code;
    int local = device.local(ScalarCode.kind(type));
    new ScalarCode(device).identity(loop.columnReductions().get(reduction).op(), type);
    code.storeLocal(ScalarCode.kind(type), local);
    return local;
  }

  /** Combines a value into an accumulator. */
  static void combine(DeviceCode device, DeviceLoop loop, int reduction, int into, int value) {
    DType type = type(loop, reduction);
    new ScalarCode(device).combine(loop.columnReductions().get(reduction).op(), type, into, value);
    device.code.storeLocal(ScalarCode.kind(type), into);
  }
}
