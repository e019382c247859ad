package dev.simoom.models.video;

import java.util.Arrays;

/** Brings frames of one size to another, each axis by itself; see {@link Video#resized}. */
final class Resampler {
  /** For each new place on an axis the first old one that counts, and the weights from there on. */
  private record Axis(int[] first, double[][] weights) {
    static Axis of(int from, int to) {
      Axis axis = new Axis(new int[to], new double[to][]);
      for (int i = 0; i < to; i++) {
        if (to <= from) {
          axis.mean(i, (double) from * i / to, (double) from * (i + 1) / to, from);
        } else if (to % from == 0) {
          axis.set(i, i / (to / from), 1);
        } else {
          axis.between(i, (i + 0.5) * from / to - 0.5, from);
        }
      }
      return axis;
    }

    private void set(int i, int start, double... values) {
      first[i] = start;
      weights[i] = values;
    }

    private void mean(int i, double low, double high, int from) {
      int start = (int) low;
      int end = Math.min(from, (int) Math.ceil(high));
      double[] shares = new double[end - start];
      for (int j = start; j < end; j++) {
        shares[j - start] = (Math.min(high, j + 1) - Math.max(low, j)) / (high - low);
      }
      set(i, start, shares);
    }

    private void between(int i, double centre, int from) {
      double place = Math.clamp(centre, 0.0, from - 1.0);
      int start = (int) place;
      if (start == from - 1) {
        set(i, start, 1);
      } else {
        set(i, start, 1 - (place - start), place - start);
      }
    }
  }

  private final Axis rows;
  private final Axis columns;
  private final int fromWidth;
  private final double[] mixed;

  Resampler(int fromHeight, int fromWidth, int toHeight, int toWidth) {
    rows = Axis.of(fromHeight, toHeight);
    columns = Axis.of(fromWidth, toWidth);
    this.fromWidth = fromWidth;
    mixed = new double[fromWidth * 3];
  }

  /** Reads the frame that starts at a byte of one array and writes it to a place in another. */
  void resample(byte[] source, int from, byte[] target, int to) {
    int at = to;
    for (int y = 0; y < rows.first.length; y++) {
      mixRows(source, from + rows.first[y] * fromWidth * 3, rows.weights[y]);
      for (int x = 0; x < columns.first.length; x++) {
        for (int c = 0; c < 3; c++) {
          target[at++] =
              (byte) Math.round(mixColumns(columns.first[x] * 3 + c, columns.weights[x]));
        }
      }
    }
  }

  private void mixRows(byte[] source, int start, double[] weights) {
    Arrays.fill(mixed, 0);
    int at = start;
    for (double weight : weights) {
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += weight * (source[at++] & 255);
      }
    }
  }

  private double mixColumns(int start, double[] weights) {
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] * mixed[start + 3 * j];
    }
    return sum;
  }
}
