package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.RegisterTile.COLUMNS;
import static dev.simoom.bench.ladder.RegisterTile.ROWS;

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
    long aRow = x.aRow();
    long bRow = x.bRow();
    long a = x.a().address();
    long b = x.b().address() + 4L * j;
    long c = x.c().address() + 4L * j;
    for (int i = 0; i < x.m(); i += ROWS) {
      int row = Math.min(i, x.m() - ROWS);
      RegisterTile.run(a + row * aRow, aRow, 4, b, bRow, c + row * bRow, bRow, x.k(), false);
    }
  }
}
