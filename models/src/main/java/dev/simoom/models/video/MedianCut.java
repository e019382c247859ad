package dev.simoom.models.video;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Colours chosen by cutting the cube of colours (Heckbert, "Color image quantization for frame
 * buffer display", 1982), each time the box that has the largest squared error, at the median of
 * the axis that causes it. Colours are told apart by 6 bits of each component.
 *
 * @param colours the means of the boxes
 * @param nearest for each of 2^18 coarse colours the one that stands for it
 */
record MedianCut(int[] colours, byte[] nearest) implements Palette {
  private static final int BITS = 6;
  private static final int BINS = 1 << 3 * BITS;

  @Override
  public int index(int colour) {
    return nearest[bin(colour)] & 255;
  }

  private static int bin(int colour) {
    return (colour >> 18 & 63) << 2 * BITS | (colour >> 10 & 63) << BITS | colour >> 2 & 63;
  }

  /** The palette of [pixels][3]. */
  static MedianCut of(byte[] rgb) {
    long[] counts = new long[BINS];
    double[][] means = new double[BINS][];
    for (int at = 0; at < rgb.length; at += 3) {
      int bin = bin(Pixels.colour(rgb, at));
      if (counts[bin]++ == 0) {
        means[bin] = new double[3];
      }
      for (int c = 0; c < 3; c++) {
        means[bin][c] += rgb[at + c] & 255;
      }
    }
    List<Shade> shades = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        double count = counts[bin];
        shades.add(new Shade(bin, count, Arrays.stream(means[bin]).map(s -> s / count).toArray()));
      }
    }
    int[] colours = cut(shades).stream().mapToInt(Box::colour).toArray();
    byte[] nearest = new byte[BINS];
    shades.forEach(shade -> nearest[shade.bin] = (byte) shade.nearest(colours));
    return new MedianCut(colours, nearest);
  }

  private static List<Box> cut(List<Shade> shades) {
    List<Box> boxes = new ArrayList<>();
    boxes.add(Box.of(shades));
    while (boxes.size() < SIZE) {
      int worst = 0;
      for (int i = 1; i < boxes.size(); i++) {
        worst = boxes.get(i).error > boxes.get(worst).error ? i : worst;
      }
      Box box = boxes.get(worst);
      if (box.shades.size() == 1) {
        break;
      }
      List<Shade> sorted = new ArrayList<>(box.shades);
      sorted.sort((a, b) -> Double.compare(a.rgb[box.axis], b.rgb[box.axis]));
      int middle = median(sorted);
      boxes.set(worst, Box.of(sorted.subList(0, middle)));
      boxes.add(Box.of(sorted.subList(middle, sorted.size())));
    }
    return boxes;
  }

  /** Where the weight before and after is about the same, with something on both sides. */
  private static int median(List<Shade> sorted) {
    double half = sorted.stream().mapToDouble(Shade::count).sum() / 2;
    double before = 0;
    int middle = 0;
    while (middle < sorted.size() - 1 && before + sorted.get(middle).count / 2 < half) {
      before += sorted.get(middle++).count;
    }
    return Math.max(1, middle);
  }

  /** Pixels that fall into one bin, and their mean. */
  private record Shade(int bin, double count, double[] rgb) {
    int nearest(int[] colours) {
      int best = 0;
      double least = Double.MAX_VALUE;
      for (int i = 0; i < colours.length; i++) {
        double red = (colours[i] >> 16) - rgb[0];
        double green = (colours[i] >> 8 & 255) - rgb[1];
        double blue = (colours[i] & 255) - rgb[2];
        double distance = red * red + green * green + blue * blue;
        if (distance < least) {
          least = distance;
          best = i;
        }
      }
      return best;
    }
  }

  /** A part of the shades, and the axis with the largest squared error. */
  private record Box(List<Shade> shades, int axis, double error, int colour) {
    static Box of(List<Shade> shades) {
      int worst = 0;
      double largest = -1;
      int colour = 0;
      double count = shades.stream().mapToDouble(Shade::count).sum();
      for (int c = 0; c < 3; c++) {
        int axis = c;
        double mean = shades.stream().mapToDouble(s -> s.count * s.rgb[axis]).sum() / count;
        double error =
            shades.stream()
                .mapToDouble(s -> s.count * (s.rgb[axis] - mean) * (s.rgb[axis] - mean))
                .sum();
        colour = colour << 8 | (int) Math.round(mean);
        if (error > largest) {
          largest = error;
          worst = axis;
        }
      }
      return new Box(shades, worst, largest, colour);
    }
  }
}
