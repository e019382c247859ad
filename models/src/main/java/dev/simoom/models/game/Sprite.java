package dev.simoom.models.game;

import java.util.Arrays;

/**
 * A small picture with holes.
 *
 * @param width in pixels
 * @param colours 0xRRGGBB row by row, {@link Palette#CLEAR} for a hole
 */
record Sprite(int width, int[] colours) {
  /** A picture from lines of {@link Palette} letters. */
  static Sprite of(String art) {
    String[] rows = art.split("\n");
    int[] colours = Arrays.stream(rows).flatMapToInt(String::chars).map(Palette::colour).toArray();
    return new Sprite(rows[0].length(), colours);
  }

  /** Draws what lies on the canvas, with the upper left corner at (left, top). */
  void draw(Canvas canvas, int left, int top, boolean mirrored) {
    for (int i = 0; i < colours.length; i++) {
      int across = i % width;
      int x = left + (mirrored ? width - 1 - across : across);
      int y = top + i / width;
      boolean inside = x >= 0 && x < PlatformGame.WIDTH && y >= 0 && y < PlatformGame.HEIGHT;
      if (inside && colours[i] != Palette.CLEAR) {
        canvas.set(x, y, colours[i]);
      }
    }
  }
}
