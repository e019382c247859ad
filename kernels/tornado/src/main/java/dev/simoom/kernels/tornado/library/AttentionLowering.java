package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.Attention;
import dev.simoom.kernels.AttentionGradient;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.List;

/** Chooses the blocks of attention and its gradient. */
final class AttentionLowering {
  private static final int ITEMS = 256;

  /** Entries of a block of scores. */
  private static final int BLOCK = 4096;

  private static final int LEAST_COLUMN_BITS = 5;
  private static final int MOST_COLUMN_BITS = 10;

  private final Attention kernel;
  private final Room room;
  private final Sizes sizes;
  private final int queries;
  private final int keys;
  private final int head;
  private final int batch;

  private AttentionLowering(Attention kernel, Room room, Sizes sizes) {
    this.kernel = kernel;
    this.room = room;
    this.sizes = sizes;
    queries = sizes.of(kernel.queryLength());
    keys = sizes.of(kernel.keyLength());
    head = sizes.of(kernel.headSize());
    batch = sizes.of(kernel.batchCount());
    sizes.of((long) queries + keys + BLOCK);
  }

  static List<Task> lower(Attention kernel, Room room) {
    if (kernel.batchCount() == 0 || kernel.queryLength() == 0) {
      return List.of();
    }
    return new AttentionLowering(kernel, room, new Sizes(kernel, room)).forward();
  }

  static List<Task> lower(AttentionGradient kernel, Room room) {
    Attention forward = kernel.forward();
    if (forward.batchCount() == 0
        || forward.headSize() == 0
        || (forward.queryLength() == 0 && forward.keyLength() == 0)) {
      return List.of();
    }
    return new AttentionLowering(forward, room, new Sizes(kernel, room)).gradient(kernel);
  }

  private List<Task> forward() {
    int columnBits = columnBits(queries);
    int slices = slices(columnBits);
    Place starts =
        room.table(sizes.starts(kernel.batch(), kernel.q(), kernel.k(), kernel.v(), kernel.out()));
    return List.of(
        new TemplateTask(
                kernel.name(),
                AttentionCode.class,
                "attention",
                room.operand(0),
                room.operand(1),
                room.operand(2),
                room.operand(3),
                room.operand(4),
                starts)
            .with(queries, keys, head, kernel.causal() ? 1 : 0)
            .withReal(kernel.scale())
            .with(row(kernel.q(), queries), row(kernel.k(), keys), row(kernel.v(), keys))
            .with(row(kernel.out(), queries), columnBits, depthBits(columnBits), slices)
            .over(Grid.of(groups(queries, columnBits), ITEMS)));
  }

  private List<Task> gradient(AttentionGradient gradient) {
    int columnBits = columnBits(Math.max(queries, keys));
    int slices = slices(columnBits);
    Place table = room.table(table(gradient));
    int rows = sizes.of((long) batch * queries);
    Place means = room.scratch(ElementType.FLOAT, rows);
    int queryGroups = queries == 0 ? 0 : groups(queries, columnBits);
    int keyGroups = keys == 0 ? 0 : groups(keys, columnBits);
    Task gradients =
        new TemplateTask(
                gradient.name(),
                AttentionGradientCode.class,
                "attentionGradient",
                room.operand(0),
                room.operand(1),
                room.operand(2),
                room.operand(5),
                room.operand(4),
                means,
                room.operand(6),
                room.operand(7),
                room.operand(8),
                table)
            .with(queries, keys, head, kernel.causal() ? 1 : 0)
            .withReal(kernel.scale())
            .with(columnBits, depthBits(columnBits), slices, queryGroups, keyGroups)
            .over(Grid.of(sizes.of(queryGroups + 2L * keyGroups), ITEMS));
    if (rows == 0) {
      return List.of(gradients);
    }
    return List.of(
        new TemplateTask(
                gradient.name() + " means",
                AttentionMeansCode.class,
                "attentionMeans",
                room.operand(3),
                room.operand(5),
                means,
                table)
            .with(rows, queries, head)
            .over(Grid.of(Math.ceilDiv(rows, AttentionMeansCode.ROWS), ITEMS)),
        gradients);
  }

  /** Distances of rows, then starts, in the order that the device code says. */
  private int[] table(AttentionGradient gradient) {
    Strided[] operands = {
      kernel.q(),
      gradient.gradOut(),
      kernel.k(),
      kernel.v(),
      kernel.out(),
      gradient.gradQ(),
      gradient.gradK(),
      gradient.gradV()
    };
    int[] starts = sizes.starts(kernel.batch(), operands);
    int[] table = new int[AttentionGradientCode.OPERANDS + starts.length];
    int[] lengths = {queries, queries, keys, keys, queries, queries, keys, keys};
    for (int i = 0; i < operands.length; i++) {
      table[i] = row(operands[i], lengths[i]);
    }
    System.arraycopy(starts, 0, table, AttentionGradientCode.OPERANDS, starts.length);
    return table;
  }

  /**
   * As many columns as the head has features, and more where there are few rows: a block of many
   * rows would be mostly empty.
   */
  private int columnBits(int rows) {
    int bits = LEAST_COLUMN_BITS;
    while (bits < MOST_COLUMN_BITS && (1 << bits < head || BLOCK >> bits >= 2 * rows)) {
      bits++;
    }
    return bits;
  }

  /** Strips of both operands fit in local memory together. */
  private static int depthBits(int columnBits) {
    return columnBits <= 7 ? 4 : 11 - columnBits;
  }

  private int slices(int columnBits) {
    return Math.max(1, Math.ceilDiv(head, 1 << columnBits));
  }

  private int groups(int rows, int columnBits) {
    long blocks = Math.ceilDiv(rows, BLOCK >> columnBits);
    return sizes.of(blocks * batch * slices(columnBits));
  }

  private int row(Strided layout, int extent) {
    return sizes.stride(layout, kernel.batch().size(), extent);
  }
}
