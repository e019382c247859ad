package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Instruction;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.simd.LoopStructure.Access;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop kernel with as few and as long dimensions as its layouts allow: dimensions of extent 1 are
 * dropped, neighbouring ones merged where every operand steps through both evenly.
 */
final class LoopNest {
  /** Rows longer than this are not kept in scratch memory as a whole. */
  static final int LONGEST_SPILLED_ROW = 16384;

  private final List<Long> rows;
  private long columns;
  private final List<List<Long>> strides = new ArrayList<>();
  private final List<Strided> layouts = new ArrayList<>();
  private final List<Instruction> body;
  private final int inputs;
  private int reduced;

  /** Row extents, at least one. */
  final long[] extents;

  /** Bytes between neighbours along the row dimensions, by operand. */
  final long[][] byteStrides;

  /** For each row coordinate that is used its dimension. */
  final int[] indexDimensions;

  final LoopStructure structure;

  /**
   * Works out the nest.
   *
   * @param flatten whether rows may become columns
   */
  LoopNest(LoopKernel kernel, boolean flatten) {
    rows = new ArrayList<>(kernel.rows());
    columns = kernel.columns();
    layouts.addAll(kernel.inputs());
    layouts.addAll(kernel.outputs());
    inputs = kernel.inputs().size();
    layouts.forEach(l -> strides.add(new ArrayList<>(l.strides())));
    body = new ArrayList<>(kernel.body());
    reduced = kernel.reducedRowDimensions();
    renameColumn();
    dropUnitRows();
    if (columns == 1) {
      dropColumn(flatten);
    }
    mergeRows();
    while (flatten && mergeInnerRowWithColumns()) {}
    if (rows.isEmpty()) {
      insertRow();
    }
    extents = rows.stream().mapToLong(Long::longValue).toArray();
    indexDimensions = numberIndices();
    byteStrides = new long[layouts.size()][extents.length];
    for (int i = 0; i < byteStrides.length; i++) {
      for (int d = 0; d < extents.length; d++) {
        byteStrides[i][d] = strides.get(i).get(d) * layouts.get(i).type().bytes();
      }
    }
    structure = structure(indexDimensions.length);
  }

  long columns() {
    return columns;
  }

  /** Rows of the whole nest. */
  long rowCount() {
    return product(0, extents.length);
  }

  /** Rows that column reductions make one of. */
  long reducedRows() {
    return product(extents.length - reduced, extents.length);
  }

  private long product(int from, int to) {
    long product = 1;
    for (int d = from; d < to; d++) {
      product *= extents[d];
    }
    return product;
  }

  private void renameColumn() {
    int column = rows.size();
    body.replaceAll(
        i ->
            i instanceof Instruction.Index(int d) && d == column
                ? new Instruction.Index(LoopStructure.COLUMN)
                : i);
  }

  private void dropUnitRows() {
    for (int d = rows.size() - 1; d >= 0; d--) {
      if (rows.get(d) == 1) {
        reduced -= d >= rows.size() - reduced ? 1 : 0;
        dropRow(d);
        replaceIndex(d, new Instruction.Constant(DType.I32, 0));
        lowerIndicesAbove(d);
      }
    }
  }

  private void dropRow(int dimension) {
    rows.remove(dimension);
    strides.forEach(s -> s.remove(dimension));
  }

  private void replaceIndex(int dimension, Instruction by) {
    body.replaceAll(i -> i.equals(new Instruction.Index(dimension)) ? by : i);
  }

  private void lowerIndicesAbove(int dimension) {
    body.replaceAll(
        i ->
            i instanceof Instruction.Index(int d) && d > dimension
                ? new Instruction.Index(d - 1)
                : i);
  }

  /** With one column a row reduction changes nothing and the last row dimension can be columns. */
  private void dropColumn(boolean flatten) {
    DType[] types = structure(0).types();
    for (int i = 0; i < body.size(); i++) {
      if (body.get(i) instanceof Instruction.RowReduce(var unused, int value)) {
        ScalarOp same = types[value] == DType.F32 ? ScalarOp.TO_F32 : ScalarOp.TO_I32;
        body.set(i, new Instruction.Apply(same, List.of(value)));
      }
    }
    replaceIndex(LoopStructure.COLUMN, new Instruction.Constant(DType.I32, 0));
    int last = rows.size() - 1;
    if (flatten && last >= 0 && reduced == 0 && strides.stream().allMatch(s -> s.get(last) <= 1)) {
      columns = rows.get(last);
      strides.forEach(s -> s.set(last + 1, s.get(last)));
      replaceIndex(last, new Instruction.Index(LoopStructure.COLUMN));
      dropRow(last);
    } else {
      strides.forEach(s -> s.set(last + 1, 1L));
    }
  }

  private void mergeRows() {
    for (int d = rows.size() - 2; d >= 0; d--) {
      int inner = d + 1;
      boolean sameSide = (d < rows.size() - reduced) == (inner < rows.size() - reduced);
      if (sameSide && !usesIndex(d) && !usesIndex(inner) && even(d)) {
        reduced -= d >= rows.size() - reduced ? 1 : 0;
        rows.set(inner, rows.get(d) * rows.get(inner));
        dropRow(d);
        lowerIndicesAbove(d);
      }
    }
  }

  private boolean even(int outer) {
    long extent = outer + 1 < rows.size() ? rows.get(outer + 1) : columns;
    return strides.stream().allMatch(s -> s.get(outer) == s.get(outer + 1) * extent);
  }

  private boolean usesIndex(int dimension) {
    return body.contains(new Instruction.Index(dimension));
  }

  private boolean mergeInnerRowWithColumns() {
    int last = rows.size() - 1;
    boolean reduces =
        body.stream()
            .anyMatch(
                i -> i instanceof Instruction.RowReduce || i instanceof Instruction.ColumnReduce);
    if (last < 0 || reduces || usesIndex(last) || usesIndex(LoopStructure.COLUMN) || !even(last)) {
      return false;
    }
    columns *= rows.get(last);
    dropRow(last);
    return true;
  }

  private void insertRow() {
    rows.add(1L);
    strides.forEach(s -> s.addFirst(0L));
  }

  private int[] numberIndices() {
    List<Integer> dimensions = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      if (body.get(i) instanceof Instruction.Index(int d) && d != LoopStructure.COLUMN) {
        if (!dimensions.contains(d)) {
          dimensions.add(d);
        }
        body.set(i, new Instruction.Index(dimensions.indexOf(d)));
      }
    }
    return dimensions.stream().mapToInt(Integer::intValue).toArray();
  }

  private LoopStructure structure(int indices) {
    List<Access> accesses = new ArrayList<>();
    for (int i = 0; i < layouts.size(); i++) {
      accesses.add(new Access(layouts.get(i).type(), strides.get(i).getLast() != 0));
    }
    List<List<Integer>> overlaps = new ArrayList<>();
    for (int o = inputs; o < layouts.size(); o++) {
      List<Integer> same = new ArrayList<>();
      for (int i = 0; i < inputs; i++) {
        if (layouts.get(i).type().bytes() == layouts.get(o).type().bytes()
            && strides.get(i).equals(strides.get(o))) {
          same.add(i);
        }
      }
      overlaps.add(same);
    }
    return new LoopStructure(
        accesses.subList(0, inputs),
        accesses.subList(inputs, accesses.size()),
        overlaps,
        indices,
        body,
        columns <= LONGEST_SPILLED_ROW);
  }
}
