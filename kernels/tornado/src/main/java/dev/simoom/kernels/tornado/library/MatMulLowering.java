package dev.simoom.kernels.tornado.library;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.LoopKernel;
import dev.simoom.kernels.MatMul;
import dev.simoom.kernels.Strided;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Grid;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import dev.simoom.kernels.tornado.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the tiles of a matrix product and, where they alone would leave a device idle, cuts the
 * sums into parts.
 */
final class MatMulLowering {
  private static final int ITEMS = 256;

  /** Below so many rows or columns a large tile would be mostly empty. */
  private static final int LEAST_LARGE = 33;

  /** With fewer large tiles than this, small ones finish sooner. */
  private static final int LEAST_LARGE_GROUPS = 32;

  /** With so many of them, tiles keep a device busy. */
  private static final int LEAST_TILES = 96;

  /** With so many groups, none waits for long sums of others. */
  private static final int ENOUGH_GROUPS = 64;

  /** What sums are cut for: a second task is only worth it where it gains much. */
  private static final int WANTED_GROUPS = 128;

  /** Fewer terms are not worth a part of their own. */
  private static final int LEAST_DEPTH = 256;

  private final MatMul kernel;
  private final Room room;
  private final Sizes sizes;
  private final int m;
  private final int n;
  private final int k;
  private final int batch;

  private MatMulLowering(MatMul kernel, Room room) {
    this.kernel = kernel;
    this.room = room;
    sizes = new Sizes(kernel, room);
    m = sizes.of(kernel.m());
    n = sizes.of(kernel.n());
    k = sizes.of(kernel.k());
    batch = sizes.of(kernel.batchCount());
    sizes.of((long) batch * m * n);
  }

  static List<Task> lower(MatMul kernel, Room room) {
    if (kernel.batchCount() == 0 || kernel.m() == 0 || kernel.n() == 0) {
      return List.of();
    }
    return new MatMulLowering(kernel, room).lower();
  }

  private List<Task> lower() {
    if (tiled()) {
      int tiles = sizes.of(tiles(MatMulTileCode.SIDE));
      return List.of(
          finish(product(MatMulTileCode.class, "matMulTiles", k, 1, product(), kernel.c()))
              .over(Grid.of(tiles, ITEMS)));
    }
    boolean large = large();
    String method = large ? "matMulLarge" : "matMulSmall";
    int side = large ? MatMulCode.LARGE : MatMulCode.SMALL;
    int tiles = sizes.of(tiles(side));
    int parts = parts(tiles);
    if (parts == 1) {
      return List.of(
          finish(product(MatMulCode.class, method, k, 1, product(), kernel.c()))
              .over(Grid.of(tiles, ITEMS)));
    }
    int step = large ? MatMulCode.STEP : MatMulCode.SMALL_STEP;
    int depth = Math.ceilDiv(Math.ceilDiv(k, parts), step) * step;
    int used = Math.ceilDiv(k, depth);
    int elements = batch * m * n;
    Place partial = room.scratch(ElementType.FLOAT, (long) used * elements);
    sizes.of(partial.offset() + (long) used * elements);
    List<Long> extents = new ArrayList<>(kernel.batch());
    extents.addAll(List.of(kernel.m(), kernel.n()));
    Strided dense = Strided.dense(DType.F32, extents);
    return List.of(
        product(MatMulCode.class, method, depth, used, partial, dense)
            .over(Grid.of(sizes.of((long) tiles * used), ITEMS)),
        sum(partial, used, elements));
  }

  private long tiles(int side) {
    return (long) Math.ceilDiv(m, side) * Math.ceilDiv(n, side) * batch;
  }

  /**
   * Large tiles reuse what they load four times as often, but there are fewer of them. Where they
   * would have to be cut and small ones not, small ones save a task.
   */
  private boolean large() {
    if (Math.min(m, n) < LEAST_LARGE) {
      return false;
    }
    long groups = tiles(MatMulCode.LARGE);
    long parts = parts(groups);
    return groups * parts >= LEAST_LARGE_GROUPS
        && (parts == 1 || parts(tiles(MatMulCode.SMALL)) > 1);
  }

  /** Whether the largest tiles are many, and not mostly beyond the edge. */
  private boolean tiled() {
    long tiles = tiles(MatMulTileCode.SIDE);
    long covered = tiles * MatMulTileCode.SIDE * MatMulTileCode.SIDE;
    return tiles >= LEAST_TILES && covered <= (long) batch * m * n * 5 / 4;
  }

  private int parts(long tiles) {
    long wanted = tiles >= ENOUGH_GROUPS ? 1 : Math.ceilDiv(WANTED_GROUPS, tiles);
    return (int) Math.max(1, Math.min(wanted, k / LEAST_DEPTH));
  }

  /** Where C goes: without a C of its own, the epilogue's first output has C's layout. */
  private Place product() {
    return room.operand(2 + epilogueInputs());
  }

  private int epilogueInputs() {
    return kernel.epilogue().map(e -> e.inputs().size() - 1).orElse(0);
  }

  private TemplateTask product(
      Class<?> owner, String method, int depth, int parts, Place c, Strided layout) {
    Strided a = kernel.a();
    Strided b = kernel.b();
    int row = kernel.batch().size();
    Place starts = room.table(sizes.starts(kernel.batch(), a, b, layout));
    TemplateTask task =
        new TemplateTask(kernel.name(), owner, method, room.operand(0), room.operand(1), c, starts)
            .with(m, n, k, Math.max(1, depth), parts, parts == 1 ? 0 : batch * m * n)
            .with(sizes.stride(a, row, m), sizes.stride(a, row + 1, k))
            .with(sizes.stride(b, row, k), sizes.stride(b, row + 1, n))
            .with(sizes.stride(layout, row, m))
            .with(alongRow(a, m, k) ? 1 : 0, alongRow(b, k, n) ? 1 : 0);
    load(task, "loadA", a.type());
    load(task, "loadB", b.type());
    return task;
  }

  /** Whether neighbours in a row of a matrix lie closer together than those in a column. */
  private static boolean alongRow(Strided matrix, int rows, int columns) {
    int rank = matrix.strides().size();
    long row = rows <= 1 ? Long.MAX_VALUE : matrix.strides().get(rank - 2);
    long column = columns <= 1 ? Long.MAX_VALUE : matrix.strides().get(rank - 1);
    return column <= row;
  }

  private static void load(TemplateTask task, String method, DType type) {
    switch (type) {
      case F16 -> task.calling(method, new Code.Redirect.ToMethod(Halves.class, "loadHalf"));
      case BF16 -> task.calling(method, new Code.Redirect.ToMethod(Halves.class, "loadBfloat"));
      default -> {
        // As it is.
      }
    }
  }

  private Task sum(Place partial, int parts, int elements) {
    Place c = product();
    Place starts = room.table(sizes.starts(kernel.batch(), kernel.a(), kernel.b(), kernel.c()));
    TemplateTask task =
        new TemplateTask(
                kernel.name() + " sum", MatMulCode.class, "matMulParts", partial, c, starts)
            .with(m, n, parts, elements, sizes.stride(kernel.c(), kernel.batch().size(), m));
    return finish(task).over(Grid.covering(elements, ITEMS));
  }

  /** Lets the epilogue take each element of the product. */
  private TemplateTask finish(TemplateTask task) {
    if (kernel.epilogue().isPresent()) {
      LoopKernel loop = kernel.epilogue().get();
      List<Place> inputs = new ArrayList<>();
      for (int i = 0; i < epilogueInputs(); i++) {
        inputs.add(room.operand(2 + i));
      }
      int firstOutput = 2 + epilogueInputs() + (kernel.keepProduct() ? 1 : 0);
      List<Place> outputs = new ArrayList<>();
      for (int i = 0; i < loop.outputs().size(); i++) {
        outputs.add(room.operand(firstOutput + i));
      }
      task.calling("store", new Code.Redirect.ToLoop(loop, inputs, outputs, kernel.keepProduct()))
          .using(inputs)
          .using(outputs);
    }
    return task;
  }
}
