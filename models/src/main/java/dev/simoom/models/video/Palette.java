package dev.simoom.models.video;

import java.util.Arrays;

/** At most 256 colours that stand for all colours of a video. */
sealed interface Palette permits Palette.Exact, MedianCut {
  /** The most that a GIF can have. */
  int SIZE = 256;

  /** The colours, 0xRRGGBB. */
  int[] colours();

  /** Place of the colour that stands for 0xRRGGBB. */
  int index(int colour);

  /** All colours of [pixels][3] if they are few enough, else those of a median cut. */
  static Palette of(byte[] rgb) {
    int[] found = new int[SIZE];
    int count = 0;
    int last = -1;
    for (int at = 0; at < rgb.length; at += 3) {
      int colour = Pixels.colour(rgb, at);
      if (colour == last) {
        continue;
      }
      last = colour;
      int place = Arrays.binarySearch(found, 0, count, colour);
      if (place < 0) {
        if (count == SIZE) {
          return MedianCut.of(rgb);
        }
        System.arraycopy(found, ~place, found, ~place + 1, count - ~place);
        found[~place] = colour;
        count++;
      }
    }
    return new Exact(Arrays.copyOf(found, count));
  }

  /**
   * Every colour itself.
   *
   * @param colours in ascending order
   */
  record Exact(int[] colours) implements Palette {
    @Override
    public int index(int colour) {
      return Arrays.binarySearch(colours, colour);
    }
  }
}
