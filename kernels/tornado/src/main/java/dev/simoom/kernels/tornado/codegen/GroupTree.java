package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes reductions over the lanes of a group, or of equal parts of it, as trees in memory that the
 * group shares; the order of additions depends on the number of lanes alone.
 */
final class GroupTree {
  /**
   * What one item has reduced so far.
   *
   * @param op how values are combined
   * @param type their type
   * @param local where the value lies, before and after
   */
  record Accumulator(Reduction op, DType type, int local) {}

  private final DeviceCode device;
  private final CodeBuilder code;
  private final ScalarCode scalars;
  private final int group;
  private final int lanes;
  private final int stride;
  private final int item;
  private final int lane;
  private final int floats;
  private final int ints;

  private GroupTree(
      DeviceCode device, int group, int lanes, int stride, long mostReal, long mostWhole) {
    this.device = device;
    this.group = group;
    this.lanes = lanes;
    this.stride = stride;
    code = device.code;
    scalars = new ScalarCode(device);
    device.context("localIdx");
    item = device.keepInt();
    code.iload(item);
    device.divide(stride);
    code.loadConstant(lanes - 1).iand();
    lane = device.keepInt();
    floats = shared(DType.F32, mostReal);
    ints = shared(DType.I32, mostWhole);
  }

  /**
   * A tree for row reductions: neighbouring items work on one row.
   *
   * @param group items in a group
   * @param lanes items that work on one row, a power of two that divides the group
   * @param loop whose row reductions will be done
   */
  static GroupTree ofRows(DeviceCode device, int group, int lanes, DeviceLoop loop) {
    long real = 0;
    long whole = 0;
    for (int depth = 1; depth <= loop.deepest(); depth++) {
      List<Integer> reductions = loop.rowReductions(depth);
      long reals = reductions.stream().filter(r -> loop.type(r) == DType.F32).count();
      real = Math.max(real, reals);
      whole = Math.max(whole, reductions.size() - reals);
    }
    return new GroupTree(device, group, lanes, 1, real, whole);
  }

  /**
   * A tree for column reductions: neighbouring items work on neighbouring columns.
   *
   * @param columns how many columns a group has, a power of two
   * @param lanes items that work on one column, a power of two
   * @param types the types of the reductions
   */
  static GroupTree ofColumns(DeviceCode device, int columns, int lanes, List<DType> types) {
    long reals = types.stream().filter(t -> t == DType.F32).count();
    return new GroupTree(device, columns * lanes, lanes, columns, reals, types.size() - reals);
  }

  private int shared(DType type, long most) {
    return most == 0 || lanes == 1 ? -1 : device.shared(type, Math.toIntExact(most * group));
  }

  /** Local with the item's number in its group. */
  int item() {
    return item;
  }

  /** Local with the item's number among those of its row or column. */
  int lane() {
    return lane;
  }

  int lanes() {
    return lanes;
  }

  void barrier() {
    if (lanes > 1) {
      device.barrier();
    }
  }

  /** Reduces over the lanes; every item then has the result. All items of the group take part. */
  void reduce(List<Accumulator> accumulators) {
    if (lanes == 1) {
      return;
    }
    List<Cell> cells = cells(accumulators);
    for (Cell cell : cells) {
      cell.store(item);
    }
    device.barrier();
    for (int half = lanes / 2; half > 0; half /= 2) {
      int step = half;
      device.ifBelow(lane, half, () -> cells.forEach(cell -> cell.combine(step * stride)));
      device.barrier();
    }
    code.iload(item).iload(lane).loadConstant(stride).imul().isub();
    int first = device.keepInt();
    for (Cell cell : cells) {
      cell.load(first, 0);
      code.storeLocal(cell.kind(), cell.accumulator.local);
    }
    device.barrier();
  }

  private List<Cell> cells(List<Accumulator> accumulators) {
    List<Cell> cells = new ArrayList<>();
    int real = 0;
    int whole = 0;
    for (Accumulator a : accumulators) {
      boolean isReal = a.type == DType.F32;
      cells.add(new Cell(a, isReal ? floats : ints, group * (isReal ? real++ : whole++)));
    }
    return cells;
  }

  /** The part of shared memory that belongs to one accumulator. */
  private final class Cell {
    private final Accumulator accumulator;
    private final int array;
    private final int offset;

    Cell(Accumulator accumulator, int array, int offset) {
      this.accumulator = accumulator;
      this.array = array;
      this.offset = offset;
    }

    TypeKind kind() {
      return ScalarCode.kind(accumulator.type);
    }

    private void index(int at, int more) {
      code.aload(array).iload(at);
      if (offset + more != 0) {
        code.loadConstant(offset + more).iadd();
      }
    }

    void load(int at, int more) {
      index(at, more);
      code.arrayLoad(kind());
    }

    void store(int at) {
      index(at, 0);
      code.loadLocal(kind(), accumulator.local).arrayStore(kind());
    }

    void combine(int step) {
      int mine = device.local(kind());
      int other = device.local(kind());
      load(item, 0);
      code.storeLocal(kind(), mine);
      load(item, step);
      code.storeLocal(kind(), other);
      index(item, 0);
      scalars.combine(accumulator.op, accumulator.type, mine, other);
      code.arrayStore(kind());
    }
  }
}
