package dev.simoom.models.game;

import dev.simoom.models.run.CounterRandom;

/**
 * An endless level, a pure function of a seed, the column and the row.
 *
 * <p>Columns may be negative; row 0 is the top of the screen. Places are in pixels, y downwards.
 */
final class Level {
  /** Width and height of a cell in pixels. */
  static final int CELL = 8;

  /** Where a pit's ground would be: below all that matters. */
  static final int BOTTOMLESS = 1_000;

  private final long seed;

  Level(long seed) {
    this.seed = seed;
  }

  /** The column of a place. */
  static int column(int x) {
    return Math.floorDiv(x, CELL);
  }

  /** What a cell holds. */
  Tile tile(int column, int row) {
    int section = Math.floorDiv(column, Pieces.COLUMNS);
    int piece = (int) CounterRandom.below(Pieces.count(), seed, section);
    return Pieces.tile(piece, Math.floorMod(column, Pieces.COLUMNS), row);
  }

  /** The row that holds a tile in this column, or -1. */
  int row(int column, Tile tile) {
    for (int row = 0; row < Pieces.ROWS; row++) {
      if (tile(column, row) == tile) {
        return row;
      }
    }
    return -1;
  }

  /** The y of the ground's surface in a column, or {@link #BOTTOMLESS}. */
  int ground(int column) {
    int row = row(column, Tile.GROUND);
    return row < 0 ? BOTTOMLESS : row * CELL;
  }

  /** The y of the first surface at or below a height, of ground or a platform. */
  int floor(int column, int y) {
    int from = Math.max(0, Math.ceilDiv(y, CELL));
    for (int row = from; row < Pieces.ROWS; row++) {
      Tile tile = tile(column, row);
      if (tile == Tile.GROUND || tile == Tile.PLATFORM) {
        return row * CELL;
      }
    }
    return BOTTOMLESS;
  }

  /** Whether a character that drops into this column lands, and not on a slime. */
  boolean safe(int column) {
    for (int near = column - 2; near <= column + 1; near++) {
      if (row(near, Tile.SLIME) >= 0) {
        return false;
      }
    }
    return ground(column) != BOTTOMLESS;
  }

  /** A number in [0, period) that sets apart the motions of creatures in different columns. */
  int phase(int column, int period) {
    return (int) CounterRandom.below(period, ~seed, column);
  }
}
