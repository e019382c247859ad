package dev.simoom.models.game;

/**
 * Where slimes and birds are, a pure function of the time and of the column where they live.
 *
 * <p>A slime crouches before it hops, so that one frame is enough to see a hop coming.
 */
final class Creatures {
  /** Frames that a slime takes to hop one cell to the right and back. */
  private static final int SLIME_PERIOD = 16;

  /** Frames that a bird takes to fly to the right and back, at 2 pixels for each. */
  private static final int BIRD_PERIOD = 32;

  private static final int[] HOP_ACROSS = {0, 0, 0, 0, 0, 2, 4, 6};
  private static final int[] HOP_HEIGHT = {0, 0, 0, 0, 0, 4, 6, 4};

  /**
   * A creature at a time.
   *
   * @param x its cell's left edge in the level
   * @param y its cell's upper edge
   * @param pose a number of a drawing
   * @param left whether it faces left
   */
  record Creature(int x, int y, int pose, boolean left) {}

  private Creatures() {}

  /** The slime whose home is this cell; pose 1 is crouched, 0 is any other. */
  static Creature slime(Level level, int column, int row, int time) {
    int phase = (time + level.phase(column, SLIME_PERIOD)) % SLIME_PERIOD;
    boolean back = phase >= SLIME_PERIOD / 2;
    int hop = phase % (SLIME_PERIOD / 2);
    int across = back ? Level.CELL - HOP_ACROSS[hop] : HOP_ACROSS[hop];
    int pose = hop == 0 || hop == 4 ? 1 : 0;
    return new Creature(
        column * Level.CELL + across, row * Level.CELL - HOP_HEIGHT[hop], pose, back);
  }

  /** The bird whose home is this cell; poses 0 and 1 have the wings up and down. */
  static Creature bird(Level level, int column, int row, int time) {
    int phase = (time + level.phase(column, BIRD_PERIOD)) % BIRD_PERIOD;
    boolean back = phase >= BIRD_PERIOD / 2;
    int across = 2 * (back ? BIRD_PERIOD - phase : phase);
    return new Creature(column * Level.CELL + across, row * Level.CELL, phase / 2 % 2, back);
  }
}
