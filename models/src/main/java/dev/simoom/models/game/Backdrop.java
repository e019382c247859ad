package dev.simoom.models.game;

import java.util.Arrays;

/**
 * What lies behind the level: clouds and mountains that move at a quarter of the camera's speed,
 * and hills with trees at a half.
 *
 * <p>Each layer repeats and keeps to rows of cells of its own, so that few different patches occur.
 */
final class Backdrop {
  private static final int PERIOD = 64;
  private static final int HORIZON = 24;
  private static final int[] FAR = new int[PERIOD * PlatformGame.HEIGHT];
  private static final int[] NEAR = new int[PERIOD * PlatformGame.HEIGHT];

  /** The clouds from top to bottom: the row, and from and to which x it reaches. */
  private static final int[][] CLOUDS = {
    {1, 25, 31}, {2, 22, 35}, {3, 19, 38}, {4, 18, 40}, {3, 54, 58}, {4, 51, 61}, {5, 50, 62}
  };

  static {
    for (int y = 0; y < PlatformGame.HEIGHT; y++) {
      for (int x = 0; x < PERIOD; x++) {
        FAR[y * PERIOD + x] = far(x, y);
        NEAR[y * PERIOD + x] = near(x, y);
      }
    }
  }

  private Backdrop() {}

  /**
   * Fills the canvas.
   *
   * @param camera the x in the level of the screen's left edge
   */
  static void draw(Canvas canvas, int camera) {
    int farFrom = Math.floorDiv(camera, 4);
    int nearFrom = Math.floorDiv(camera, 2);
    for (int y = 0; y < PlatformGame.HEIGHT; y++) {
      for (int x = 0; x < PlatformGame.WIDTH; x++) {
        int near = NEAR[y * PERIOD + Math.floorMod(nearFrom + x, PERIOD)];
        int far = FAR[y * PERIOD + Math.floorMod(farFrom + x, PERIOD)];
        canvas.set(x, y, near == Palette.CLEAR ? far : near);
      }
    }
  }

  private static int far(int x, int y) {
    if (cloud(x, y)) {
      return Palette.CLOUD;
    }
    if (cloud(x, y - 1)) {
      return Palette.CLOUD_SHADE;
    }
    if (y >= HORIZON) {
      return Palette.MEADOW;
    }
    int small = mountain(x - 44, y, 10);
    int rock = small == Palette.CLEAR ? mountain(x - 24, y, 16) : small;
    if (rock != Palette.CLEAR) {
      return rock;
    }
    return y < 8 ? Palette.SKY_HIGH : y < 16 ? Palette.SKY : Palette.SKY_LOW;
  }

  private static boolean cloud(int x, int y) {
    return Arrays.stream(CLOUDS).anyMatch(row -> y == row[0] && x >= row[1] && x < row[2]);
  }

  /** A mountain with slopes of 45 degrees, lit from the left. */
  private static int mountain(int fromPeak, int y, int height) {
    int below = y - (HORIZON - height);
    if (below < Math.abs(fromPeak)) {
      return Palette.CLEAR;
    }
    if (below < 4 + (fromPeak & 1)) {
      return Palette.SNOW;
    }
    return fromPeak < 0 ? Palette.ROCK : Palette.ROCK_SHADE;
  }

  private static int near(int x, int y) {
    int top = 32 - (int) Math.round(5 * StrictMath.sin(2 * Math.PI * x / PERIOD));
    if (y >= top) {
      return y < top + 2 ? Palette.HILL_EDGE : Palette.HILL;
    }
    boolean pine = y >= 26 && Math.abs(x - 45) <= (y - 26) / 2;
    return pine ? Palette.PINE : Palette.CLEAR;
  }
}
