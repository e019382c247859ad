package dev.simoom.models.play;

import java.util.ArrayList;
import java.util.List;

/** The few colours that a world is mostly made of, to draw with. */
final class Palette {
  private static final int COLOURS = 12;
  private static final int FRAMES = 16;

  /** Colours that agree in the upper bits of each channel are one. */
  private static final int BITS = 4;

  private static final int CELLS = 1 << 3 * BITS;

  /** Closer than this, two colours look alike on a palette; the square of a distance in RGB. */
  private static final long LEAST_DISTANCE = 28 * 28;

  private final long[] counts = new long[CELLS];
  private final long[] upperCounts = new long[CELLS];
  private final long[][] sums = new long[CELLS][3];

  private Palette() {}

  /**
   * Colours as 0xRRGGBB; none where the world brings no frames. The first one is the paper to draw
   * on: the most frequent one of the upper half, where a world is rather sky than ground.
   */
  static List<Integer> of(PlayableWorld world) {
    Palette palette = new Palette();
    int frames = Math.min(FRAMES, world.startFrames());
    for (int f = 0; f < frames; f++) {
      palette.add(world.startFrame(f * world.startFrames() / frames));
    }
    return palette.choose();
  }

  private void add(byte[] frame) {
    for (int at = 0; at < frame.length; at += 3) {
      int cell = 0;
      for (int c = 0; c < 3; c++) {
        cell = cell << BITS | (frame[at + c] & 0xff) >> 8 - BITS;
      }
      counts[cell]++;
      upperCounts[cell] += at < frame.length / 2 ? 1 : 0;
      for (int c = 0; c < 3; c++) {
        sums[cell][c] += frame[at + c] & 0xff;
      }
    }
  }

  private List<Integer> choose() {
    List<Integer> chosen = new ArrayList<>();
    for (int cell = best(chosen); cell >= 0 && chosen.size() < COLOURS; cell = best(chosen)) {
      chosen.add(mean(cell));
    }
    return chosen;
  }

  /** The cell whose colour is frequent and unlike those chosen, or -1 if none is left. */
  private int best(List<Integer> chosen) {
    int best = -1;
    double most = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      double score = chosen.isEmpty() ? upperCounts[cell] : score(cell, chosen);
      if (score > most) {
        most = score;
        best = cell;
      }
    }
    return best;
  }

  private double score(int cell, List<Integer> chosen) {
    if (counts[cell] == 0) {
      return 0;
    }
    int colour = mean(cell);
    long nearest = chosen.stream().mapToLong(other -> distance(colour, other)).min().orElseThrow();
    // A square root: what moves is small, and what one wants to draw.
    return nearest < LEAST_DISTANCE ? 0 : nearest * Math.sqrt(counts[cell]);
  }

  private int mean(int cell) {
    int colour = 0;
    for (long sum : sums[cell]) {
      colour = colour << 8 | (int) ((sum + counts[cell] / 2) / counts[cell]);
    }
    return colour;
  }

  private static long distance(int a, int b) {
    long sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      long difference = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
