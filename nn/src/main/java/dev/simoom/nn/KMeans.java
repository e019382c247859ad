package dev.simoom.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Means of clusters of vectors, on the host. */
final class KMeans {
  private static final int ROUNDS = 10;

  private final float[] rows;
  private final int width;
  private final int count;
  private final float[] means;
  private final SplittableRandom random;

  /** Clusters rows [n][width]. */
  KMeans(float[] rows, int width, int clusters, long seed) {
    this.rows = rows;
    this.width = width;
    this.count = rows.length / width;
    if (count < clusters) {
      throw new IllegalArgumentException(
          "k-means: " + clusters + " clusters need as many vectors at least; got " + count);
    }
    this.means = new float[clusters * width];
    this.random = new SplittableRandom(seed);
  }

  /** The means [clusters][width]. */
  float[] means() {
    seed();
    for (int round = 0; round < ROUNDS; round++) {
      move();
    }
    return means;
  }

  /**
   * Takes vectors with a probability that grows with the square of their distance to those taken.
   */
  private void seed() {
    double[] distances = new double[count];
    Arrays.fill(distances, Double.MAX_VALUE);
    int next = random.nextInt(count);
    for (int cluster = 0; cluster < means.length / width; cluster++) {
      System.arraycopy(rows, next * width, means, cluster * width, width);
      double total = 0;
      for (int i = 0; i < count; i++) {
        distances[i] = Math.min(distances[i], distance(i, cluster));
        total += distances[i];
      }
      next = draw(distances, total);
    }
  }

  private int draw(double[] weights, double total) {
    double left = random.nextDouble() * total;
    for (int i = 0; i < count; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return random.nextInt(count);
  }

  private void move() {
    int clusters = means.length / width;
    double[] sums = new double[means.length];
    int[] members = new int[clusters];
    for (int i = 0; i < count; i++) {
      int nearest = nearest(i);
      members[nearest]++;
      for (int j = 0; j < width; j++) {
        sums[nearest * width + j] += rows[i * width + j];
      }
    }
    for (int c = 0; c < clusters; c++) {
      for (int j = 0; j < width && members[c] > 0; j++) {
        means[c * width + j] = (float) (sums[c * width + j] / members[c]);
      }
    }
  }

  private int nearest(int row) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int c = 0; c < means.length / width; c++) {
      double distance = distance(row, c);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  private double distance(int row, int cluster) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double difference = rows[row * width + j] - means[cluster * width + j];
      sum += difference * difference;
    }
    return sum;
  }
}
