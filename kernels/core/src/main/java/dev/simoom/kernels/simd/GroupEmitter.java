package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.VectorCode.INTS;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.simd.LoopSchedule.Group;
import dev.simoom.kernels.simd.LoopSchedule.Place;
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
 * Writes the method of one group in one row: a loop over whole vectors of columns or, in the tail's
 * method, the one partial vector that remains.
 */
final class GroupEmitter {
  /** Parameters: frame, first column, number of columns, and the addresses of slots in the row. */
  static MethodTypeDesc signature(List<Integer> slots) {
    List<ClassDesc> parameters = new ArrayList<>();
    parameters.add(ConstantDescs.CD_long);
    parameters.add(ConstantDescs.CD_long);
    parameters.add(ConstantDescs.CD_int);
    slots.forEach(unused -> parameters.add(ConstantDescs.CD_long));
    return MethodTypeDesc.of(ConstantDescs.CD_void, parameters);
  }

  private static final int TURNS = 2;

  private final LoopSchedule schedule;
  private final LoopStructure structure;
  private final List<Instruction> body;
  private final LoopFrame frame;
  private final Group group;
  private final boolean tail;
  private final CodeBuilder code;
  private final VectorCode v;
  private final OperationEmitter operations;
  private final OperandEmitter operands;
  private final List<Integer> reductions;

  private final Map<Integer, Value> values = new HashMap<>();
  private final Map<Integer, int[]> accumulators = new HashMap<>();
  private int intMask;
  private int floatMask;

  GroupEmitter(
      LoopSchedule schedule,
      LoopSlots slots,
      List<Integer> given,
      LoopFrame frame,
      Group group,
      boolean tail,
      CodeBuilder code) {
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
    operands = new OperandEmitter(structure, slots, given, frame, tail, operations);
  }

  /** Writes a loop over columns. */
  void columns() {
    operands.openColumns();
    openMasks();
    group.items().forEach(i -> LoopSchedule.arguments(body.get(i)).forEach(this::rowValue));
    openAccumulators();
    if (tail) {
      step();
    } else {
      columnLoop();
    }
    closeAccumulators();
    code.return_();
  }

  /** Writes the stores of one element per row, after all that they may overwrite was read. */
  void rowStores() {
    List<Instruction.Store> stores =
        schedule.rowStores.stream().map(i -> (Instruction.Store) body.get(i)).toList();
    stores.forEach(store -> forceRowValue(store.value()));
    stores.forEach(s -> operands.storeScalar(s.output(), values.get(s.value())));
    code.return_();
  }

  /** Makes masks of the lanes that the partial vector has, where a row reduction needs them. */
  private void openMasks() {
    if (tail && group.items().stream().anyMatch(reductions::contains)) {
      operands.pushRest();
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

  private void columnLoop() {
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(operands.position());
    code.labelBinding(next);
    code.iload(operands.position()).iload(operands.limit()).if_icmpge(end);
    step();
    code.iinc(operands.position(), Simd.LANES);
    code.goto_(next);
    code.labelBinding(end);
  }

  /** One vector of columns. */
  private void step() {
    group.reload().forEach((i, place) -> values.put(i, operands.reload(schedule.types[i], place)));
    for (int i : group.items()) {
      switch (body.get(i)) {
        case Instruction.Load(int input) -> values.put(i, operands.load(input));
        case Instruction.Index unused -> values.put(i, operands.column());
        case Instruction.Apply apply -> values.put(i, apply(apply, i));
        case Instruction.Store store -> operands.store(store.output(), values.get(store.value()));
        case Instruction.RowReduce reduce -> accumulate(i, reduce);
        case Instruction.ColumnReduce reduce ->
            operands.accumulate(reduce, values.get(reduce.value()));
        case Instruction.Constant constant ->
            throw new IllegalStateException(constant + " does not vary along the columns");
      }
      Place place = group.keep().get(i);
      if (place != null) {
        operands.spill(values.get(i), schedule.types[i], place);
      }
    }
  }

  private Value apply(Instruction.Apply apply, int i) {
    List<Value> x = apply.arguments().stream().map(values::get).toList();
    return operations.apply(apply.op(), x, schedule.types[i]);
  }

  private void accumulate(int i, Instruction.RowReduce reduce) {
    Value value = values.get(reduce.value());
    int[] turns = accumulators.get(i);
    // The new vector goes first: the compiler knows its class, which it has to find out of what a
    // loop carries along.
    if (tail) {
      operations.pushIdentity(reduce.op(), value.type());
      operations.push(value);
      v.get(value.type() == DType.F32 ? floatMask : intMask);
      v.blend(value.kind());
    } else {
      operations.push(value);
    }
    v.get(turns[0]);
    operations.combine(reduce.op(), value.kind());
    for (int turn = 1; turn < turns.length; turn++) {
      v.get(turns[turn]);
      code.astore(turns[turn - 1]);
    }
    code.astore(turns[turns.length - 1]);
  }

  /** Makes accumulators that take turns, so that one addition need not wait for the one before. */
  private void openAccumulators() {
    for (int i : group.items()) {
      if (body.get(i) instanceof Instruction.RowReduce(Reduction op, int value)) {
        DType type = schedule.types[value];
        int[] turns = new int[tail ? 1 : TURNS];
        for (int turn = 0; turn < turns.length; turn++) {
          if (tail) {
            operands.pushSpecies(OperandEmitter.memoryKind(type));
            v.everything();
            pushAccumulator(i);
            v.order().load(OperandEmitter.memoryKind(type));
          } else {
            operations.pushIdentity(op, type);
          }
          turns[turn] = v.keep();
        }
        accumulators.put(i, turns);
      }
    }
  }

  private void closeAccumulators() {
    accumulators.forEach(
        (i, turns) -> {
          Instruction.RowReduce reduce = (Instruction.RowReduce) body.get(i);
          ClassDesc kind = OperandEmitter.memoryKind(schedule.types[i]);
          v.get(turns[0]);
          for (int turn = 1; turn < turns.length; turn++) {
            v.get(turns[turn]);
            operations.combine(reduce.op(), kind);
          }
          v.everything();
          pushAccumulator(i);
          v.order().store(kind);
        });
  }

  private void pushAccumulator(int i) {
    operands.pushRowCell(frame.accumulator(reductions.indexOf(i)));
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
          case Instruction.Load(int input) -> operands.loadScalar(input);
          case Instruction.Constant(DType type, double number) -> constant(type, number);
          case Instruction.Index(int d) -> operands.rowCoordinate(d);
          case Instruction.Apply apply -> {
            apply.arguments().forEach(this::forceRowValue);
            yield apply(apply, value);
          }
          case Instruction.RowReduce unused ->
              operands.result(reductions.indexOf(value), schedule.types[value]);
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
}
