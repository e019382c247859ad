package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.RegisterTile.COLUMNS;
import static dev.simoom.bench.ladder.RegisterTile.ROWS;

import java.lang.foreign.MemorySegment;

/** The product in register tiles that read A and B where they lie. */
final class TiledMatMul {
  private TiledMatMul() {}

  /**
   * Goes through C strip by strip. The last tile of a row or column ends where C ends: it overlaps
   * its neighbour and computes some elements twice. A matrix smaller than a tile is left to the
   * vectorised rung.
   */
  static void run(Product x) {
    if (x.m() < ROWS || x.n() < COLUMNS) {
      VectorMatMul.run(x);
      return;
    }
    for (int j = 0; j < x.n(); j += COLUMNS) {
      strip(x, Math.min(j, x.n() - COLUMNS));
    }
  }

  private static void strip(Product x, int j) {
    MemorySegment a = x.a().segment();
    MemorySegment b = x.b().segment();
    MemorySegment c = x.c().segment();
    long aRow = x.aRow();
    long bRow = x.bRow();
    for (int i = 0; i < x.m(); i += ROWS) {
      int row = Math.min(i, x.m() - ROWS);
      long to = row * bRow + 4L * j;
      RegisterTile.run(a, row * aRow, aRow, 4, b, 4L * j, bRow, c, to, bRow, x.k(), false);
    }
  }
}
