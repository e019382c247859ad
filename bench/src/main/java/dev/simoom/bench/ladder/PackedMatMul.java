package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;
import static dev.simoom.bench.ladder.RegisterTile.COLUMNS;
import static dev.simoom.bench.ladder.RegisterTile.ROWS;

import dev.simoom.kernels.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * The product in blocks that fit into the caches, copied into panels that a register tile reads
 * from front to back (Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication",
 * ACM TOMS 34, 2008).
 *
 * <p>A panel of B has the columns of one tile, a panel of A the rows of one tile, both padded with
 * zeros to the whole tile. Tiles that stick out of C are computed in a place of their own.
 */
final class PackedMatMul implements Method {
  /** Steps of k in a block: a panel of B then fills half of a first-level cache of 32 KiB. */
  private static final int DEPTH = 256;

  /** Rows in a block of A, which then takes a quarter of a second-level cache of 512 KiB. */
  private static final int HEIGHT = 128;

  /** Columns in a block of B, which has its place in the last level. */
  private static final int WIDTH = 2048;

  private static final long A_STEP = 4L * ROWS;
  private static final long B_STEP = 4L * COLUMNS;

  private final Product x;
  private final Buffer aPanels;
  private final Buffer bPanels;
  private final Buffer edge;

  PackedMatMul(Product x) {
    this.x = x;
    int depth = Math.min(DEPTH, x.k());
    int height = Math.ceilDiv(Math.min(HEIGHT, x.m()), ROWS) * ROWS;
    int width = Math.ceilDiv(Math.min(WIDTH, x.n()), COLUMNS) * COLUMNS;
    aPanels = Buffer.allocate("panels of A", 4L * height * depth);
    bPanels = Buffer.allocate("panels of B", 4L * width * depth);
    edge = Buffer.allocate("tile at an edge", ROWS * B_STEP);
  }

  @Override
  public void run() {
    if (x.k() == 0) {
      x.c().segment().fill((byte) 0);
    }
    for (int j = 0; j < x.n(); j += WIDTH) {
      int columns = Math.min(WIDTH, x.n() - j);
      for (int p = 0; p < x.k(); p += DEPTH) {
        int steps = Math.min(DEPTH, x.k() - p);
        packB(p, steps, j, columns);
        for (int i = 0; i < x.m(); i += HEIGHT) {
          int rows = Math.min(HEIGHT, x.m() - i);
          packA(i, rows, p, steps);
          block(i, rows, j, columns, steps, p > 0);
        }
      }
    }
  }

  private void packA(int i, int rows, int p, int steps) {
    MemorySegment from = x.a().segment();
    MemorySegment to = aPanels.segment();
    for (int panel = 0; panel < rows; panel += ROWS) {
      int tall = Math.min(ROWS, rows - panel);
      long target = panel * 4L * steps;
      for (int row = 0; row < ROWS; row++) {
        long source = (i + panel + row) * x.aRow() + 4L * p;
        for (int step = 0; step < steps; step++) {
          float value = row < tall ? from.get(FLOAT, source + 4L * step) : 0;
          to.set(FLOAT, target + step * A_STEP + 4L * row, value);
        }
      }
    }
  }

  private void packB(int p, int steps, int j, int columns) {
    MemorySegment from = x.b().segment();
    MemorySegment to = bPanels.segment();
    for (int panel = 0; panel < columns; panel += COLUMNS) {
      int wide = Math.min(COLUMNS, columns - panel);
      for (int step = 0; step < steps; step++) {
        long source = (p + step) * x.bRow() + 4L * (j + panel);
        long target = panel * 4L * steps + step * B_STEP;
        MemorySegment.copy(from, source, to, target, 4L * wide);
        to.asSlice(target + 4L * wide, 4L * (COLUMNS - wide)).fill((byte) 0);
      }
    }
  }

  /** One block of C: for each panel of B, which then stays in the nearest cache, all of A's. */
  private void block(int i, int rows, int j, int columns, int steps, boolean add) {
    for (int column = 0; column < columns; column += COLUMNS) {
      long b = bPanels.address() + column * 4L * steps;
      int wide = Math.min(COLUMNS, columns - column);
      for (int row = 0; row < rows; row += ROWS) {
        long a = aPanels.address() + row * 4L * steps;
        long to = (i + row) * x.bRow() + 4L * (j + column);
        if (wide == COLUMNS && rows - row >= ROWS) {
          long c = x.c().address() + to;
          RegisterTile.run(a, 4, A_STEP, b, B_STEP, c, x.bRow(), steps, add);
        } else {
          RegisterTile.run(a, 4, A_STEP, b, B_STEP, edge.address(), B_STEP, steps, false);
          copyEdge(Math.min(ROWS, rows - row), wide, to, add);
        }
      }
    }
  }

  private void copyEdge(int rows, int columns, long to, boolean add) {
    MemorySegment c = x.c().segment();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        long target = to + row * x.bRow() + 4L * column;
        float value = edge.segment().get(FLOAT, row * B_STEP + 4L * column);
        c.set(FLOAT, target, add ? c.get(FLOAT, target) + value : value);
      }
    }
  }

  @Override
  public void close() {
    aPanels.close();
    bPanels.close();
    edge.close();
  }
}
