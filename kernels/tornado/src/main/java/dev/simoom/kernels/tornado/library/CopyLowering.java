package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.Copy;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Reduces a copy to as few dimensions as it has and finds the method that suits them. */
final class CopyLowering {
  private static final int ITEMS = 256;

  /** Dimensions whose extents and strides are constants in the code. */
  private static final int MOST_CONSTANT = 4;

  /** Sides of the squares that are transposed. */
  private static final int SQUARE = 32;

  /** A side below this would leave most of a square empty. */
  private static final int LEAST_SIDE = 12;

  private final Copy kernel;
  private final Room room;
  private final Sizes sizes;
  private final List<Dimension> dimensions;

  /** One loop of the nest: how often it is run, and its strides in source and target. */
  private record Dimension(int extent, int from, int to) {
    static final Dimension NONE = new Dimension(1, 0, 0);

    /** Whether one loop can do the work of this one and the next further in. */
    boolean continues(Dimension inner) {
      return from == (long) inner.from * inner.extent && to == (long) inner.to * inner.extent;
    }
  }

  private CopyLowering(Copy kernel, Room room) {
    this.kernel = kernel;
    this.room = room;
    sizes = new Sizes(kernel, room);
    sizes.of(kernel.elements());
    dimensions = dimensions();
  }

  static List<Task> lower(Copy kernel, Room room) {
    if (kernel.elements() == 0) {
      return List.of();
    }
    return List.of(new CopyLowering(kernel, room).lower());
  }

  /** The dimensions in the order of the target's memory, joined where they can be. */
  private List<Dimension> dimensions() {
    List<Dimension> all = new ArrayList<>();
    for (int d = 0; d < kernel.extents().size(); d++) {
      int extent = sizes.of(kernel.extents().get(d));
      if (extent > 1) {
        int from = sizes.stride(kernel.source(), d, extent);
        all.add(new Dimension(extent, from, sizes.stride(kernel.target(), d, extent)));
      }
    }
    all.sort(Comparator.comparingInt(Dimension::to).reversed());
    List<Dimension> joined = new ArrayList<>();
    for (Dimension inner : all) {
      if (!joined.isEmpty() && joined.getLast().continues(inner)) {
        Dimension outer = joined.removeLast();
        joined.add(new Dimension(outer.extent * inner.extent, inner.from, inner.to));
      } else {
        joined.add(inner);
      }
    }
    return joined;
  }

  private Task lower() {
    int dense = denseInSource();
    if (dense >= 0) {
      return transposed(dense);
    }
    return dimensions.size() <= MOST_CONSTANT ? constant() : tabled();
  }

  /**
   * The dimension along which the source is dense, if that is worth a transposition; otherwise -1.
   */
  private int denseInSource() {
    if (dimensions.size() < 2 || dimensions.size() > MOST_CONSTANT) {
      return -1;
    }
    Dimension last = dimensions.getLast();
    for (int d = 0; d < dimensions.size() - 1; d++) {
      Dimension dimension = dimensions.get(d);
      if (dimension.from == 1
          && last.to == 1
          && last.from > 1
          && Math.min(dimension.extent, last.extent) >= LEAST_SIDE) {
        return d;
      }
    }
    return -1;
  }

  private Task constant() {
    List<Dimension> four = new ArrayList<>(dimensions);
    while (four.size() < MOST_CONSTANT) {
      four.addFirst(Dimension.NONE);
    }
    TemplateTask task =
        task("copy", room.operand(0), room.operand(1)).with(sizes.of(kernel.elements()));
    four.stream().skip(1).forEach(d -> task.with(d.extent));
    four.forEach(d -> task.with(d.from));
    four.forEach(d -> task.with(d.to));
    return move(task).over(Grid.covering(kernel.elements(), ITEMS));
  }

  private Task tabled() {
    int[] table =
        dimensions.reversed().stream()
            .flatMapToInt(d -> IntStream.of(d.extent, d.from, d.to))
            .toArray();
    TemplateTask task =
        task("copyDimensions", room.operand(0), room.operand(1), room.table(table))
            .with(sizes.of(kernel.elements()), dimensions.size());
    return move(task).over(Grid.covering(kernel.elements(), ITEMS));
  }

  private Task transposed(int dense) {
    List<Dimension> others = new ArrayList<>(dimensions);
    Dimension x = others.removeLast();
    Dimension y = others.remove(dense);
    while (others.size() < 2) {
      others.addFirst(Dimension.NONE);
    }
    Dimension outer = others.get(0);
    Dimension inner = others.get(1);
    ElementType type = ElementType.of(kernel.source().type());
    TemplateTask task =
        task(
                type == ElementType.FLOAT ? "transpose" : "transposeInts",
                room.operand(0),
                room.operand(1))
            .with(x.extent, y.extent, inner.extent, x.from, y.to)
            .with(outer.from, inner.from, outer.to, inner.to);
    if (type == ElementType.SHORT) {
      task.calling("readInt", new Code.Redirect.ToMethod(CopyCode.class, "readShort"));
      task.calling("writeInt", new Code.Redirect.ToMethod(CopyCode.class, "writeShort"));
    }
    long squares = (long) Math.ceilDiv(x.extent, SQUARE) * Math.ceilDiv(y.extent, SQUARE);
    return task.over(Grid.of(sizes.of(squares * outer.extent * inner.extent), ITEMS));
  }

  private TemplateTask task(String method, Place... places) {
    return new TemplateTask(kernel.name(), CopyCode.class, method, places);
  }

  private TemplateTask move(TemplateTask task) {
    switch (ElementType.of(kernel.source().type())) {
      case FLOAT -> {
        // As it is.
      }
      case INT -> task.calling("move", new Code.Redirect.ToMethod(SparseCode.class, "moveInt"));
      case SHORT -> task.calling("move", new Code.Redirect.ToMethod(SparseCode.class, "moveShort"));
    }
    return task;
  }
}
