package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.VectorCode.FLOATS;
import static dev.simoom.kernels.simd.VectorCode.INTS;
import static dev.simoom.kernels.simd.VectorCode.SHORTS;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.simd.LoopSchedule.Place;
import dev.simoom.kernels.simd.OperationEmitter.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes how a group's method gets at memory: addresses of operands, loads and stores of whole
 * vectors, of the tail's partial vector and of single elements, and the scratch places of a frame.
 */
final class OperandEmitter {
  // Parameters of the method; the addresses of slots come last.
  private static final int FRAME = 0;
  private static final int COLUMN = 2;
  private static final int COUNT = 4;
  private static final int ADDRESSES = 5;

  private static final int WHOLE_VECTORS = (2 * LoopFrame.MOST_COLUMNS - 1) & -Simd.LANES;

  private final LoopStructure structure;
  private final LoopSlots slots;
  private final LoopFrame frame;
  private final boolean tail;
  private final CodeBuilder code;
  private final VectorCode v;
  private final OperationEmitter operations;
  private final Map<Integer, Integer> addresses = new HashMap<>();

  /** Locals: the current column, counted from the method's first, and the end of whole vectors. */
  private int position;

  private int limit;

  /**
   * Writes for a method.
   *
   * @param given the slots whose addresses the method is given
   */
  OperandEmitter(
      LoopStructure structure,
      LoopSlots slots,
      List<Integer> given,
      LoopFrame frame,
      boolean tail,
      OperationEmitter operations) {
    this.structure = structure;
    this.slots = slots;
    given.forEach(slot -> addresses.put(slot, ADDRESSES + 2 * addresses.size()));
    this.frame = frame;
    this.tail = tail;
    this.operations = operations;
    v = operations.code();
    code = v.code;
  }

  // ---------------------------------------------------------------- addresses

  /**
   * Makes the locals of the current column and of the end of whole vectors; starts at the end.
   *
   * <p>Addresses and numbers are masked to the bits that they can have. Then the compiler knows
   * that no sum of them overflows: it needs no bounds checks, and of the addresses in an unrolled
   * loop it computes one for each operand instead of one for each access.
   */
  void openColumns() {
    addresses.values().forEach(address -> mask(address, Simd.ADDRESS_BITS));
    mask(FRAME, Simd.ADDRESS_BITS);
    mask(COLUMN, Simd.ADDRESS_BITS >> 16);
    limit = v.local(TypeKind.INT);
    code.iload(COUNT).loadConstant(WHOLE_VECTORS).iand().istore(limit);
    position = v.local(TypeKind.INT);
    code.iload(limit).istore(position);
  }

  private void mask(int local, long bits) {
    code.lload(local).loadConstant(bits).land().lstore(local);
  }

  int position() {
    return position;
  }

  int limit() {
    return limit;
  }

  /** Pushes how many columns there are after the whole vectors. */
  void pushRest() {
    code.iload(COUNT).iload(limit).isub();
  }

  private void pushCell(long offset) {
    code.lload(FRAME).loadConstant(offset).ladd();
  }

  /** Pushes the address of a slot's element at the current column. */
  private void pushAddress(int slot) {
    code.lload(addresses.get(slot)).iload(position).i2l();
    v.scale(slots.type(slot));
    code.ladd();
  }

  /** Pushes the address of a place among the cells of the current row's reductions. */
  void pushRowCell(long offset) {
    code.lload(addresses.get(frame.cellSlot())).loadConstant(offset).ladd();
  }

  private void pushPlace(Place place) {
    if (place.wholeRow()) {
      pushAddress(frame.rowSlot(place.number()));
    } else {
      pushCell(frame.block(place.number()));
      code.iload(position).i2l();
      v.scale(DType.F32);
      code.ladd();
    }
  }

  static ClassDesc memoryKind(DType type) {
    return switch (type) {
      case F32 -> FLOATS;
      case F16, BF16 -> SHORTS;
      case I32, BOOL -> INTS;
    };
  }

  void pushSpecies(ClassDesc kind) {
    if (kind.equals(FLOATS)) {
      v.floatSpecies();
    } else if (kind.equals(INTS)) {
      v.intSpecies();
    } else {
      v.shortSpecies();
    }
  }

  // ---------------------------------------------------------------- vectors

  /** Loads the current vector of an input. */
  Value load(int input) {
    DType type = structure.inputs().get(input).type();
    ClassDesc kind = memoryKind(type);
    pushSpecies(kind);
    v.everything();
    pushAddress(input);
    if (tail) {
      pushRest();
      code.loadConstant(type.bytes()).imul();
      pushCell(frame.part());
      v.cell(
          "readable",
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_int,
          ConstantDescs.CD_long);
    }
    v.order().load(kind);
    if (kind.equals(SHORTS)) {
      operations.widen(type);
    } else if (type == DType.BOOL) {
      v.compare("NE", 0);
    }
    return operations.keep(type.computeType(), true);
  }

  /** Stores the current vector of an output. */
  void store(int output, Value value) {
    int slot = slots.output(output);
    DType type = structure.outputs().get(output).type();
    ClassDesc kind = memoryKind(type);
    operations.pushAsInts(value);
    if (kind.equals(SHORTS)) {
      operations.narrow(type);
    }
    v.everything();
    if (!tail) {
      pushAddress(slot);
      v.order().store(kind);
      return;
    }
    pushCell(frame.part());
    v.order().store(kind);
    pushCell(frame.part());
    pushAddress(slot);
    pushRest();
    code.loadConstant(type.bytes()).imul();
    v.cell(
        "copyPart",
        ConstantDescs.CD_void,
        ConstantDescs.CD_long,
        ConstantDescs.CD_long,
        ConstantDescs.CD_int);
  }

  /**
   * Combines a vector with that of an output's partial row, which is padded to whole vectors, so
   * that the tail needs no care.
   */
  void accumulate(Instruction.ColumnReduce reduce, Value value) {
    int slot = slots.output(reduce.output());
    pushSpecies(value.kind());
    v.everything();
    pushAddress(slot);
    v.order().load(value.kind());
    operations.push(value);
    operations.combine(reduce.op(), value.kind());
    v.everything();
    pushAddress(slot);
    v.order().store(value.kind());
  }

  /** Keeps a vector in scratch memory for a later group. */
  void spill(Value value, DType type, Place place) {
    operations.pushAsInts(value);
    v.everything();
    pushPlace(place);
    v.order().store(memoryKind(type));
  }

  /** Loads what an earlier group has kept. */
  Value reload(DType type, Place place) {
    ClassDesc kind = memoryKind(type);
    pushSpecies(kind);
    v.everything();
    pushPlace(place);
    v.order().load(kind);
    if (type == DType.BOOL) {
      v.compare("NE", 0);
    }
    return operations.keep(type, true);
  }

  /** The numbers of the current columns. */
  Value column() {
    v.laneNumbers().intSpecies();
    code.lload(COLUMN).l2i().iload(position).iadd();
    v.broadcastInt().binary(INTS, "add");
    return operations.keep(DType.I32, true);
  }

  // ---------------------------------------------------------------- single elements

  /** Loads the one element that an input has in the current row. */
  Value loadScalar(int input) {
    DType type = structure.inputs().get(input).type();
    pushSpecies(type.isFloating() ? FLOATS : INTS);
    code.lload(addresses.get(input));
    broadcastCell(type);
    if (type == DType.BOOL) {
      v.compare("NE", 0);
    }
    return operations.keep(type.computeType(), true);
  }

  /** Stores the one element that an output has in the current row. */
  void storeScalar(int output, Value value) {
    int slot = slots.output(output);
    DType type = structure.outputs().get(output).type();
    operations.pushAsInts(value);
    v.first(type.isFloating() ? FLOATS : INTS);
    code.lload(addresses.get(slot));
    ClassDesc scalar = type.isFloating() ? ConstantDescs.CD_float : ConstantDescs.CD_int;
    v.cell("put" + cellName(type), ConstantDescs.CD_void, scalar, ConstantDescs.CD_long);
  }

  /** The coordinate of the current row. */
  Value rowCoordinate(int dimension) {
    v.intSpecies();
    code.lload(addresses.get(slots.coordinate(dimension))).l2i();
    v.broadcastInt();
    return operations.keep(DType.I32, true);
  }

  /** The result of an earlier pass's row reduction. */
  Value result(int reduction, DType type) {
    pushSpecies(memoryKind(type));
    pushRowCell(LoopFrame.result(reduction));
    broadcastCell(type);
    return operations.keep(type, true);
  }

  /** From species and address. */
  private void broadcastCell(DType type) {
    if (type.isFloating()) {
      int format =
          switch (type) {
            case F16 -> Cells.F16;
            case BF16 -> Cells.BF16;
            default -> Cells.F32;
          };
      code.loadConstant(format);
      v.cell("real", ConstantDescs.CD_float, ConstantDescs.CD_long, ConstantDescs.CD_int);
      v.broadcastFloat();
    } else {
      v.cell("getInt", ConstantDescs.CD_int, ConstantDescs.CD_long).broadcastInt();
    }
  }

  private static String cellName(DType type) {
    return switch (type) {
      case F32 -> "Float";
      case F16 -> "Half";
      case BF16 -> "Brain";
      case I32, BOOL -> "Int";
    };
  }
}
