package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.tornado.codegen.GroupTree.Accumulator;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Few rows too long for one group: a group for each piece of a row reduces it, and those of a
 * second task combine the pieces and do the rest.
 */
final class LongRows {
  private static final int GROUP = 256;
  private static final int SHORTEST = 16_384;
  private static final int PIECE = 4_096;
  private static final int MOST_PIECES = 1_024;

  private LongRows() {}

  /** Whether this way is open and worthwhile. */
  static boolean suit(DeviceLoop loop) {
    return loop.columns() >= SHORTEST && loop.deepest() == 1 && !updatesRowInPlace(loop);
  }

  /** Whether what a row has one of is both read, by every group, and written. */
  private static boolean updatesRowInPlace(DeviceLoop loop) {
    return loop.stores(false).stream()
        .map(store -> loop.outputs().get(store.output()))
        .anyMatch(loop.inputs()::contains);
  }

  static List<Task> tasks(DeviceLoop loop, Room room) {
    int piece = Math.max(PIECE, Math.ceilDiv(loop.columns(), MOST_PIECES));
    int pieces = Math.ceilDiv(loop.columns(), piece);
    List<Place> places = new ArrayList<>();
    List<ArrayRef> arrays = new ArrayList<>(loop.arrays());
    for (int number : loop.rowReductions(1)) {
      long elements = (long) loop.rowCount() * pieces;
      places.add(room.scratch(ElementType.of(loop.type(number)), elements));
      arrays.add(places.getLast().array());
    }
    String name = loop.kernel().name();
    Pieces cut = new Pieces(places, piece, pieces);
    // A row's one value is stored by its first piece alone.
    int last = loop.stores(true).isEmpty() ? 1 : pieces;
    Grid first = Grid.of(Math.multiplyExact(pieces, loop.rowCount()), GROUP);
    Grid second = Grid.of(last * loop.rowCount(), GROUP);
    return List.of(
        new Task(name + " pieces", new First(loop, cut), arrays, first),
        new Task(name, new Second(loop, cut, last), arrays, second));
  }

  /**
   * How rows are cut.
   *
   * @param places room for the pieces' results, for each reduction
   * @param length columns of a piece
   * @param count pieces of a row
   */
  private record Pieces(List<Place> places, int length, int count) {
    /** Pushes array and index of a piece's result. */
    void push(DeviceCode device, int reduction, int row, int piece) {
      Place place = places.get(reduction);
      device.array(place.array());
      device.code.iload(row).loadConstant(count).imul().iload(piece).iadd();
      device.code.loadConstant(place.offset()).iadd();
    }
  }

  /** One group's part of a row; the grid has so many groups for each row. */
  private record Part(
      DeviceCode device, DeviceLoop loop, GroupTree tree, int row, int piece, RowPasses passes) {
    static Part of(
        DeviceLoop loop, Pieces cut, int groups, CodeBuilder code, List<ArrayRef> parameters) {
      DeviceCode device = new DeviceCode(code, parameters);
      GroupTree tree = GroupTree.ofRows(device, GROUP, GROUP, loop);
      device.context("groupIdx");
      device.divide(groups);
      int row = device.keepInt();
      device.context("groupIdx");
      device.remainder(groups);
      int piece = device.keepInt();
      code.iload(piece).loadConstant(cut.length).imul().iload(tree.lane()).iadd();
      int start = device.keepInt();
      code.iload(piece).iconst_1().iadd().loadConstant(cut.length).imul();
      int end = device.keepInt();
      Label whole = code.newLabel();
      code.iload(end).loadConstant(loop.columns()).if_icmple(whole);
      code.loadConstant(loop.columns()).istore(end).labelBinding(whole);
      RowCode at = new RowCode(device, loop, row);
      RowPasses passes = new RowPasses(device, loop, at, tree, start, end);
      return new Part(device, loop, tree, row, piece, passes);
    }
  }

  /** Reduces each piece. */
  private record First(DeviceLoop loop, Pieces cut) implements Code.Generated {
    @Override
    public void write(CodeBuilder code, List<ArrayRef> parameters) {
      Part part = Part.of(loop, cut, cut.count, code, parameters);
      List<Accumulator> results = new ArrayList<>(part.passes.accumulate(1).values());
      part.tree.reduce(results);
      part.device.ifBelow(
          part.tree.lane(),
          1,
          () -> {
            for (int i = 0; i < results.size(); i++) {
              DType type = results.get(i).type();
              cut.push(part.device, i, part.row, part.piece);
              code.loadLocal(ScalarCode.kind(type), results.get(i).local());
              part.device.set(type);
            }
          });
      code.return_();
    }
  }

  /** Combines the pieces' results and does what comes after, in each piece. */
  private record Second(DeviceLoop loop, Pieces cut, int groups) implements Code.Generated {
    @Override
    public void write(CodeBuilder code, List<ArrayRef> parameters) {
      Part part = Part.of(loop, cut, groups, code, parameters);
      Map<Integer, Accumulator> results = new LinkedHashMap<>(part.passes.accumulators(1));
      int piece = part.device.local(TypeKind.INT);
      code.iload(part.tree.lane()).istore(piece);
      part.device.loop(
          piece, GROUP, () -> code.loadConstant(cut.count), () -> combine(part, results, piece));
      part.tree.reduce(List.copyOf(results.values()));
      part.passes.know(results);
      part.passes.finish((values, column) -> {});
      code.return_();
    }

    private void combine(Part part, Map<Integer, Accumulator> results, int piece) {
      CodeBuilder code = part.device.code;
      int reduction = 0;
      for (Accumulator a : results.values()) {
        TypeKind kind = ScalarCode.kind(a.type());
        int value = part.device.local(kind);
        cut.push(part.device, reduction++, part.row, piece);
        part.device.get(a.type());
        code.storeLocal(kind, value);
        new ScalarCode(part.device).combine(a.op(), a.type(), a.local(), value);
        code.storeLocal(kind, a.local());
      }
    }
  }
}
