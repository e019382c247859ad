package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Gather;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.SparseDecode;
import dev.simoom.kernels.SparseDot;
import dev.simoom.kernels.SparseShape;
import dev.simoom.kernels.TopK;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;

/** Chooses the groups of the kernels that select rows or find them by index. */
final class SparseLowering {
  private static final int ITEMS = 256;

  /** Items that follow one row or column side by side, where it is long enough. */
  private static final int WARP_BITS = 5;

  /**
   * Beyond so many, all columns are sorted: of 256 chunks the 192nd best has some 350 values of a
   * random row reach it, but the last some 1,600, and now and then more than fit.
   */
  private static final int MOST_SELECTED = 192;

  /** Chunks for each selected value: with more of them fewer values reach the threshold. */
  private static final int CHUNKS = 4;

  /** So many occupy a device; with fewer, an item has one column. */
  private static final int ENOUGH_ITEMS = 1 << 16;

  private SparseLowering() {}

  static List<Task> lower(TopK kernel, Room room) {
    if (kernel.rows() == 0 || kernel.k() == 0) {
      return List.of();
    }
    Sizes sizes = new Sizes(kernel, room);
    int rows = sizes.of(kernel.rows());
    int columns = sizes.of(kernel.columns());
    int k = sizes.of(kernel.k());
    int rowStride = rows == 1 ? 0 : sizes.of(kernel.rowStride());
    int items = Math.clamp(powerOfTwo(columns) / 4, 32, ITEMS);
    Place values = room.operand(0);
    Place kept = room.operand(1);
    Place chosen = room.operand(2);
    if (k <= MOST_SELECTED) {
      items = Math.max(items, powerOfTwo(k));
      int chunks = Math.clamp(powerOfTwo(k) * CHUNKS, 32, items);
      return List.of(
          new TemplateTask(kernel.name(), TopKCode.class, "topKByThreshold", values, kept, chosen)
              .with(columns, k, rowStride, items, chunks, bits(k))
              .over(Grid.of(rows, items)));
    }
    int padded = powerOfTwo(columns);
    Place order = room.scratch(ElementType.INT, (long) rows * padded);
    sizes.of(order.offset() + (long) rows * padded);
    return List.of(
        new TemplateTask(
                kernel.name(), TopKCode.class, "topKBySorting", values, kept, chosen, order)
            .with(columns, k, rowStride, padded, items)
            .over(Grid.of(rows, items)));
  }

  static List<Task> lower(SparseDecode kernel, Room room) {
    SparseShape shape = kernel.shape();
    if (shape.rows() == 0 || shape.width() == 0) {
      return List.of();
    }
    Sizes sizes = new Sizes(kernel, room);
    int lanes = lanes(shape.rows(), shape.width());
    return List.of(
        sparse(kernel, shape, room, "sparseDecode", sizes, sizes.of(shape.rows()))
            .with(lanes)
            .over(Grid.covering(shape.rows() * lanes, ITEMS)));
  }

  static List<Task> lower(SparseDot kernel, Room room) {
    SparseShape shape = kernel.shape();
    if (shape.rows() == 0 || shape.k() == 0) {
      return List.of();
    }
    Sizes sizes = new Sizes(kernel, room);
    int dots = sizes.of(shape.rows() * shape.k());
    int laneBits = Math.min(WARP_BITS, bits(shape.width()));
    return List.of(
        sparse(kernel, shape, room, "sparseDot", sizes, dots)
            .with(laneBits)
            .over(Grid.of(Math.ceilDiv(dots, ITEMS >> laneBits), ITEMS)));
  }

  /** Items for each row: where there are enough, each has four columns. */
  static int lanes(long rows, long width) {
    long quarter = Math.ceilDiv(width, 4);
    return (int) (rows * quarter < ENOUGH_ITEMS ? width : quarter);
  }

  private static TemplateTask sparse(
      Kernel kernel, SparseShape shape, Room room, String method, Sizes sizes, int count) {
    return new TemplateTask(
            kernel.name(),
            SparseCode.class,
            method,
            room.operand(0),
            room.operand(1),
            room.operand(2),
            room.operand(3))
        .with(count, sizes.of(shape.k()), sizes.of(shape.entries()), sizes.of(shape.width()));
  }

  static List<Task> lower(Gather kernel, Room room) {
    if (kernel.rows() == 0 || kernel.width() == 0) {
      return List.of();
    }
    Sizes sizes = new Sizes(kernel, room);
    TemplateTask task =
        new TemplateTask(
                kernel.name(),
                SparseCode.class,
                "gather",
                room.operand(0),
                room.operand(1),
                room.operand(2))
            .with(sizes.of(kernel.rows()), sizes.of(kernel.entries()), sizes.of(kernel.width()));
    String type = suffix(kernel.type());
    if (!type.isEmpty()) {
      task.calling("move", new Code.Redirect.ToMethod(SparseCode.class, "move" + type));
      task.calling("clear", new Code.Redirect.ToMethod(SparseCode.class, "clear" + type));
    }
    return List.of(task.over(Grid.covering(kernel.rows() * kernel.width(), ITEMS)));
  }

  /** What names the methods for arrays other than those of floats. */
  private static String suffix(DType type) {
    return switch (ElementType.of(type)) {
      case FLOAT -> "";
      case INT -> "Int";
      case SHORT -> "Short";
    };
  }

  static Task indexCheck(Place indices, int count, int entries, Place result) {
    return new TemplateTask(
            "index check of " + count, SparseCode.class, "indexCheck", indices, result)
        .with(count, entries)
        .over(Grid.of(1, ITEMS));
  }

  /** The least b for which 2^b is no less. */
  static int bits(long size) {
    return size <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(size - 1);
  }

  private static int powerOfTwo(int size) {
    return 1 << bits(size);
  }
}
