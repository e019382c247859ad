package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.VectorCode.FLOATS;
import static dev.simoom.kernels.simd.VectorCode.INTS;
import static dev.simoom.kernels.simd.VectorCode.SHORTS;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.simd.LoopSchedule.Group;
import dev.simoom.kernels.simd.LoopSchedule.Place;
import dev.simoom.kernels.simd.LoopStructure.Access;
import dev.simoom.kernels.simd.OperationEmitter.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the method of one group: a loop over rows, in it a loop over whole vectors of columns or,
 * in the tail's method, the one partial vector that remains.
 */
final class GroupEmitter {
  /** Parameters: frame, rows, first column, number of columns. */
  static final MethodTypeDesc SIGNATURE =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_int);

  private static final int FRAME = 0;
  private static final int ROWS = 2;
  private static final int COLUMN = 4;
  private static final int COUNT = 6;

  private final LoopSchedule schedule;
  private final LoopStructure structure;
  private final List<Instruction> body;
  private final LoopFrame frame;
  private final Group group;
  private final boolean tail;
  private final CodeBuilder code;
  private final VectorCode v;
  private final OperationEmitter operations;
  private final List<Integer> reductions;

  private final Map<Integer, Integer> addresses = new HashMap<>();
  private final Map<Integer, Value> values = new HashMap<>();
  private final Map<Integer, int[]> accumulators = new HashMap<>();
  private int position;
  private int limit;
  private int intMask;
  private int floatMask;

  GroupEmitter(
      LoopSchedule schedule, LoopFrame frame, Group group, boolean tail, CodeBuilder code) {
    this.schedule = schedule;
    this.frame = frame;
    this.group = group;
    this.tail = tail;
    this.code = code;
    structure = schedule.structure;
    body = structure.body();
    reductions = structure.rowReductions();
    v = new VectorCode(code);
    operations = new OperationEmitter(v);
  }

  /** Writes a loop over columns. */
  void columns() {
    findAddresses(group.items(), true);
    begin();
    rowLoop(
        () -> {
          group.items().forEach(i -> arguments(i).forEach(this::rowValue));
          openAccumulators();
          if (tail) {
            step();
          } else {
            columnLoop();
          }
          closeAccumulators();
          values.clear();
        });
    code.return_();
  }

  /** Writes the stores of one element per row, after all that they may overwrite was read. */
  void rowStores() {
    findAddresses(schedule.rowStores, false);
    rowLoop(
        () -> {
          List<Instruction.Store> stores =
              schedule.rowStores.stream().map(i -> (Instruction.Store) body.get(i)).toList();
          stores.forEach(store -> forceRowValue(store.value()));
          stores.forEach(this::storeScalar);
          values.clear();
        });
    code.return_();
  }

  private List<Integer> arguments(int item) {
    return switch (body.get(item)) {
      case Instruction.Apply apply -> apply.arguments();
      case Instruction.Store store -> List.of(store.value());
      case Instruction.RowReduce reduce -> List.of(reduce.value());
      case Instruction.ColumnReduce reduce -> List.of(reduce.value());
      default -> List.of();
    };
  }

  private void findAddresses(List<Integer> items, boolean perColumn) {
    List<Integer> slots = new ArrayList<>();
    items.forEach(i -> collectSlots(i, perColumn, slots));
    for (int slot : slots) {
      int local = v.local(TypeKind.LONG);
      addresses.put(slot, local);
      pushCell(LoopFrame.address(slot));
      v.cell("getLong", ConstantDescs.CD_long, ConstantDescs.CD_long);
      if (perColumn && isPerColumn(slot)) {
        code.lload(COLUMN);
        shift(memoryType(slot));
        code.ladd();
      }
      code.lstore(local);
    }
  }

  private void collectSlots(int item, boolean perColumn, List<Integer> slots) {
    int slot =
        switch (body.get(item)) {
          case Instruction.Load(int input) -> input;
          case Instruction.Index(int d) when d != LoopStructure.COLUMN ->
              structure.inputs().size() + structure.outputs().size() + d;
          case Instruction.Store(int output, int unused) -> structure.inputs().size() + output;
          case Instruction.ColumnReduce(int output, var unused, int value) ->
              structure.inputs().size() + output;
          default -> -1;
        };
    if (slot >= 0 && !slots.contains(slot)) {
      slots.add(slot);
    }
    for (int a : arguments(item)) {
      boolean reduced = body.get(a) instanceof Instruction.RowReduce;
      if (!reduced && (!perColumn || !schedule.perColumn[a])) {
        collectSlots(a, perColumn, slots);
      }
    }
  }

  private Access access(int slot) {
    int inputs = structure.inputs().size();
    return slot < inputs ? structure.inputs().get(slot) : structure.outputs().get(slot - inputs);
  }

  /** The type in memory; column reductions add up in partial rows of 32-bit elements. */
  private DType memoryType(int slot) {
    boolean partial =
        body.stream()
            .anyMatch(
                i ->
                    i instanceof Instruction.ColumnReduce reduce
                        && structure.inputs().size() + reduce.output() == slot);
    DType type = access(slot).type();
    return partial ? type.computeType() : type;
  }

  private boolean isPerColumn(int slot) {
    return slot < structure.inputs().size() + structure.outputs().size()
        && access(slot).perColumn();
  }

  private void begin() {
    limit = v.local(TypeKind.INT);
    code.iload(COUNT).loadConstant(-Simd.LANES).iand().istore(limit);
    position = v.local(TypeKind.INT);
    code.iload(limit).istore(position);
    if (tail && group.items().stream().anyMatch(reductions::contains)) {
      pushRest();
      int rest = v.local(TypeKind.INT);
      code.istore(rest);
      v.laneNumbers().intSpecies();
      code.iload(rest);
      v.broadcastInt().compare(INTS, "LT");
      intMask = v.keep();
      v.get(intMask).floatSpecies().castMask();
      floatMask = v.keep();
    }
  }

  private void rowLoop(Runnable inside) {
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(next);
    code.lload(ROWS).lconst_0().lcmp().ifle(end);
    inside.run();
    addresses.forEach(
        (slot, local) -> {
          code.lload(local);
          pushCell(LoopFrame.stride(slot));
          v.cell("getLong", ConstantDescs.CD_long, ConstantDescs.CD_long);
          code.ladd().lstore(local);
        });
    code.lload(ROWS).lconst_1().lsub().lstore(ROWS);
    code.goto_(next);
    code.labelBinding(end);
  }

  private void columnLoop() {
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(position);
    code.labelBinding(next);
    code.iload(position).iload(limit).if_icmpge(end);
    step();
    code.iinc(position, Simd.LANES);
    code.goto_(next);
    code.labelBinding(end);
  }

  /** One vector of columns. */
  private void step() {
    group.reload().forEach(this::reload);
    for (int i : group.items()) {
      switch (body.get(i)) {
        case Instruction.Load(int input) -> values.put(i, load(input));
        case Instruction.Index unused -> values.put(i, column());
        case Instruction.Apply apply -> values.put(i, apply(apply, i));
        case Instruction.Store store -> store(store);
        case Instruction.RowReduce reduce -> accumulate(i, reduce);
        case Instruction.ColumnReduce reduce -> accumulate(reduce);
        case Instruction.Constant constant ->
            throw new IllegalStateException(constant + " does not vary along the columns");
      }
      Place place = group.keep().get(i);
      if (place != null) {
        operations.pushAsInts(values.get(i));
        v.everything();
        pushPlace(place);
        v.order().store(memoryKind(schedule.types[i]));
      }
    }
  }

  private Value apply(Instruction.Apply apply, int i) {
    List<Value> x = apply.arguments().stream().map(values::get).toList();
    return operations.apply(apply.op(), x, schedule.types[i]);
  }

  private void reload(int value, Place place) {
    ClassDesc kind = memoryKind(schedule.types[value]);
    pushSpecies(kind);
    v.everything();
    pushPlace(place);
    v.order().load(kind);
    if (schedule.types[value] == DType.BOOL) {
      v.compare("NE", 0);
    }
    values.put(value, operations.keep(schedule.types[value], true));
  }

  private void pushPlace(Place place) {
    pushCell(place.wholeRow() ? frame.row(place.number()) : frame.block(place.number()));
    code.iload(position).i2l();
    if (place.wholeRow()) {
      code.lload(COLUMN).ladd();
    }
    shift(DType.F32);
    code.ladd();
  }

  private void pushCell(long offset) {
    code.lload(FRAME).loadConstant(offset).ladd();
  }

  private void pushSpecies(ClassDesc kind) {
    if (kind.equals(FLOATS)) {
      v.floatSpecies();
    } else if (kind.equals(INTS)) {
      v.intSpecies();
    } else {
      v.shortSpecies();
    }
  }

  private void shift(DType type) {
    code.loadConstant(Integer.numberOfTrailingZeros(type.bytes())).lshl();
  }

  /** Pushes the address of an operand's element at the current column. */
  private void pushAddress(int slot) {
    code.lload(addresses.get(slot)).iload(position).i2l();
    shift(memoryType(slot));
    code.ladd();
  }

  private void pushRest() {
    code.iload(COUNT).iload(limit).isub();
  }

  private Value load(int input) {
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

  private static ClassDesc memoryKind(DType type) {
    return switch (type) {
      case F32 -> FLOATS;
      case F16, BF16 -> SHORTS;
      case I32, BOOL -> INTS;
    };
  }

  private Value column() {
    v.laneNumbers().intSpecies();
    code.lload(COLUMN).l2i().iload(position).iadd();
    v.broadcastInt().binary(INTS, "add");
    return operations.keep(DType.I32, true);
  }

  private void store(Instruction.Store store) {
    int slot = structure.inputs().size() + store.output();
    DType type = access(slot).type();
    ClassDesc kind = memoryKind(type);
    operations.pushAsInts(values.get(store.value()));
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

  /** Partial rows are padded to whole vectors, so that the tail needs no care. */
  private void accumulate(Instruction.ColumnReduce reduce) {
    int slot = structure.inputs().size() + reduce.output();
    Value value = values.get(reduce.value());
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

  private void accumulate(int i, Instruction.RowReduce reduce) {
    Value value = values.get(reduce.value());
    int[] pair = accumulators.get(i);
    v.get(pair[0]);
    if (tail) {
      operations.pushIdentity(reduce.op(), value.type());
      operations.push(value);
      v.get(value.type() == DType.F32 ? floatMask : intMask);
      v.blend(value.kind());
    } else {
      operations.push(value);
    }
    operations.combine(reduce.op(), value.kind());
    // The two accumulators take turns, so that one addition need not wait for the one before.
    v.get(pair[1]);
    code.astore(pair[0]);
    code.astore(pair[1]);
  }

  private void openAccumulators() {
    for (int i : group.items()) {
      if (body.get(i) instanceof Instruction.RowReduce(Reduction op, int value)) {
        DType type = schedule.types[value];
        int[] pair = new int[2];
        for (int half = 0; half < 2; half++) {
          if (tail) {
            pushSpecies(memoryKind(type));
            v.everything();
            pushAccumulator(i, half);
            v.order().load(memoryKind(type));
          } else {
            operations.pushIdentity(op, type);
          }
          pair[half] = v.keep();
        }
        accumulators.put(i, pair);
      }
    }
  }

  private void closeAccumulators() {
    accumulators.forEach(
        (i, pair) -> {
          for (int half = 0; half < 2; half++) {
            v.get(pair[half]).everything();
            pushAccumulator(i, half);
            v.order().store(memoryKind(schedule.types[i]));
          }
        });
  }

  private void pushAccumulator(int i, int half) {
    pushCell(frame.accumulators(reductions.indexOf(i)) + 4L * Simd.LANES * half);
  }

  /** Computes a value that is the same along the row, unless groups compute it per column. */
  private void rowValue(int value) {
    if (!schedule.perColumn[value]) {
      forceRowValue(value);
    }
  }

  private void forceRowValue(int value) {
    if (values.containsKey(value)) {
      return;
    }
    Value made =
        switch (body.get(value)) {
          case Instruction.Load(int input) -> loadScalar(input);
          case Instruction.Constant(DType type, double number) -> constant(type, number);
          case Instruction.Index(int d) -> rowCoordinate(d);
          case Instruction.Apply apply -> {
            apply.arguments().forEach(this::forceRowValue);
            yield apply(apply, value);
          }
          case Instruction.RowReduce unused -> result(value);
          default -> throw new IllegalStateException(body.get(value) + " makes no value");
        };
    values.put(value, made);
  }

  private Value constant(DType type, double number) {
    switch (type) {
      case BOOL -> v.all(number != 0);
      case I32 -> v.all((int) number);
      default -> v.all((float) number);
    }
    return operations.keep(type, true);
  }

  private Value rowCoordinate(int d) {
    v.intSpecies();
    code.lload(addresses.get(structure.inputs().size() + structure.outputs().size() + d)).l2i();
    v.broadcastInt();
    return operations.keep(DType.I32, true);
  }

  private Value result(int value) {
    pushSpecies(memoryKind(schedule.types[value]));
    pushCell(frame.result(reductions.indexOf(value)));
    broadcastCell(schedule.types[value]);
    return operations.keep(schedule.types[value], true);
  }

  private Value loadScalar(int input) {
    DType type = structure.inputs().get(input).type();
    pushSpecies(type.isFloating() ? FLOATS : INTS);
    code.lload(addresses.get(input));
    broadcastCell(type);
    if (type == DType.BOOL) {
      v.compare("NE", 0);
    }
    return operations.keep(type.computeType(), true);
  }

  /** From species and address. */
  private void broadcastCell(DType type) {
    if (type.isFloating()) {
      v.cell(getter(type), ConstantDescs.CD_float, ConstantDescs.CD_long).broadcastFloat();
    } else {
      v.cell(getter(type), ConstantDescs.CD_int, ConstantDescs.CD_long).broadcastInt();
    }
  }

  private static String getter(DType type) {
    return "get" + cellName(type);
  }

  private static String cellName(DType type) {
    return switch (type) {
      case F32 -> "Float";
      case F16 -> "Half";
      case BF16 -> "Brain";
      case I32, BOOL -> "Int";
    };
  }

  private void storeScalar(Instruction.Store store) {
    int slot = structure.inputs().size() + store.output();
    DType type = access(slot).type();
    Value value = values.get(store.value());
    operations.pushAsInts(value);
    v.first(type.isFloating() ? FLOATS : INTS);
    code.lload(addresses.get(slot));
    ClassDesc scalar = type.isFloating() ? ConstantDescs.CD_float : ConstantDescs.CD_int;
    v.cell("put" + cellName(type), ConstantDescs.CD_void, scalar, ConstantDescs.CD_long);
  }
}
