package dev.simoom.models.game;

/** What a cell of 8 x 8 pixels of the level holds, and its letter in {@link Pieces}. */
enum Tile {
  AIR('.'),
  /** Solid earth, which reaches down to the lower edge of the screen. */
  GROUND('#'),
  /** Planks that one can stand on and jump through from below. */
  PLATFORM('='),
  /** What lies at the bottom of a pit. */
  WATER('~'),
  COIN('o'),
  /** Where a slime rests before it hops one cell to the right, and back. */
  SLIME('s'),
  /** Where a bird turns that flies to the right from here, and back. */
  BIRD('b'),
  FLOWER('*'),
  BUSH('w');

  private final char letter;

  Tile(char letter) {
    this.letter = letter;
  }

  static Tile of(char letter) {
    for (Tile tile : values()) {
      if (tile.letter == letter) {
        return tile;
      }
    }
    throw new IllegalArgumentException("no tile has the letter '" + letter + "'");
  }
}
