package dev.simoom.models.game;

import java.util.Objects;
import java.util.Optional;

/**
 * Finds the character in frames by the red of its cloak, also in frames of a model, which are
 * blurred and noisy.
 */
public final class CharacterFinder {
  /** How much red must exceed green and blue; all else in a frame stays below 60. */
  private static final int MARGIN = 95;

  private static final int LEAST_RED = 130;

  /** A whole cloak has some 40 pixels, a pile of noise hardly ever that many in one place. */
  private static final int LEAST_PIXELS = 14;

  private static final int WIDTH = PlatformGame.WIDTH;
  private static final int HEIGHT = PlatformGame.HEIGHT;

  private CharacterFinder() {}

  /**
   * The box around the cloak, or nothing if the character is not there.
   *
   * @param rgb unsigned bytes of shape [height, width, 3], row by row
   * @param offset where the frame begins
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public static Optional<Box> find(byte[] rgb, int offset) {
    Objects.checkFromIndexSize(offset, PlatformGame.FRAME_BYTES, rgb.length);
    boolean[] red = new boolean[WIDTH * HEIGHT];
    for (int i = 0; i < red.length; i++) {
      red[i] = isRed(rgb, offset + 3 * i);
    }
    int[] counts = counts(red);
    int most = 0;
    int best = 0;
    for (int top = 0; top <= HEIGHT - PlatformGame.BODY_HEIGHT; top++) {
      for (int left = 0; left <= WIDTH - PlatformGame.BODY_WIDTH; left++) {
        int pixels = inBody(counts, left, top);
        if (pixels > most) {
          most = pixels;
          best = top * WIDTH + left;
        }
      }
    }
    return most < LEAST_PIXELS
        ? Optional.empty()
        : Optional.of(around(red, best % WIDTH, best / WIDTH));
  }

  private static boolean isRed(byte[] rgb, int at) {
    int red = rgb[at] & 0xFF;
    int others = Math.max(rgb[at + 1] & 0xFF, rgb[at + 2] & 0xFF);
    return red >= LEAST_RED && red - others >= MARGIN;
  }

  /** How many pixels are red above and to the left of each corner, [height + 1, width + 1]. */
  private static int[] counts(boolean[] red) {
    int[] counts = new int[(WIDTH + 1) * (HEIGHT + 1)];
    for (int y = 0; y < HEIGHT; y++) {
      int inRow = 0;
      for (int x = 0; x < WIDTH; x++) {
        inRow += red[y * WIDTH + x] ? 1 : 0;
        counts[(y + 1) * (WIDTH + 1) + x + 1] = counts[y * (WIDTH + 1) + x + 1] + inRow;
      }
    }
    return counts;
  }

  /** How many pixels are red where a body with this corner would be. */
  private static int inBody(int[] counts, int left, int top) {
    int upper = top * (WIDTH + 1) + left;
    int lower = upper + PlatformGame.BODY_HEIGHT * (WIDTH + 1);
    int across = PlatformGame.BODY_WIDTH;
    return counts[lower + across] - counts[lower] - counts[upper + across] + counts[upper];
  }

  /** The smallest box with all the red of a body with this corner. */
  private static Box around(boolean[] red, int bodyLeft, int bodyTop) {
    int left = WIDTH;
    int right = 0;
    int top = HEIGHT;
    int bottom = 0;
    for (int y = bodyTop; y < bodyTop + PlatformGame.BODY_HEIGHT; y++) {
      for (int x = bodyLeft; x < bodyLeft + PlatformGame.BODY_WIDTH; x++) {
        if (red[y * WIDTH + x]) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return new Box(left, top, right - left, bottom - top);
  }
}
