package dev.simoom.models.sae;

import java.util.Arrays;

/**
 * The point whose distances to given points have the least sum.
 *
 * <p>Weiszfeld's iteration, the mean weighted by one over the distances, with the correction of
 * Vardi and Zhang ("The multivariate L1-median and associated data depth", PNAS 2000) for an
 * iterate that lies on a data point, where the plain iteration divides by zero. A median that is a
 * data point is approached slowly, so the nearest one is tested for being the median now and then.
 */
final class GeometricMedian {
  private static final int MOST_ITERATIONS = 200;
  private static final int ITERATIONS_BETWEEN_TESTS = 8;
  private static final double TOLERANCE = 1e-6;

  private final float[] points;
  private final int count;
  private final int width;
  private double[] at;
  private double[] next;
  private int nearest;

  private GeometricMedian(float[] points, int width) {
    this.points = points;
    this.width = width;
    count = points.length / width;
    at = new double[width];
    next = new double[width];
  }

  /**
   * The geometric median, to about six digits of the points' spread.
   *
   * @param points one behind the other, [n, width] with n at least 1
   */
  static double[] of(float[] points, int width) {
    if (width < 1 || points.length == 0 || points.length % width != 0) {
      throw new IllegalArgumentException(
          "geometricMedian: points [n, %d] are needed, got %d numbers"
              .formatted(width, points.length));
    }
    return new GeometricMedian(points, width).solve();
  }

  private double[] solve() {
    for (int i = 0; i < count; i++) {
      addPoint(at, i, 1.0 / count);
    }
    for (int iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
      double moved = step();
      double[] old = at;
      at = next;
      next = old;
      boolean settled = moved <= TOLERANCE;
      if ((settled || iteration % ITERATIONS_BETWEEN_TESTS == 0) && nearestIsMedian()) {
        return at;
      }
      if (settled) {
        return at;
      }
    }
    return at;
  }

  /**
   * Makes the next iterate.
   *
   * @return how far it moved, in terms of the harmonic mean of the distances
   */
  private double step() {
    Arrays.fill(next, 0);
    double weights = 0;
    int coinciding = 0;
    double shortest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      double distance = distance(i, at);
      if (distance < shortest) {
        shortest = distance;
        nearest = i;
      }
      if (distance == 0) {
        coinciding++;
      } else {
        addPoint(next, i, 1 / distance);
        weights += 1 / distance;
      }
    }
    if (weights == 0) {
      System.arraycopy(at, 0, next, 0, width);
      return 0;
    }
    double pull = 0;
    for (int j = 0; j < width; j++) {
      next[j] /= weights;
      pull += square((next[j] - at[j]) * weights);
    }
    double keep = coinciding == 0 ? 0 : Math.min(1, coinciding / Math.sqrt(pull));
    double moved = 0;
    for (int j = 0; j < width; j++) {
      next[j] += keep * (at[j] - next[j]);
      moved += square(next[j] - at[j]);
    }
    return Math.sqrt(moved) * weights / count;
  }

  /** Whether the data point nearest to the last iterate is the median; if so, moves there. */
  private boolean nearestIsMedian() {
    double[] point = new double[width];
    addPoint(point, nearest, 1);
    double[] pull = new double[width];
    int coinciding = 0;
    for (int i = 0; i < count; i++) {
      double distance = distance(i, point);
      if (distance == 0) {
        coinciding++;
      } else {
        addPoint(pull, i, 1 / distance);
        for (int j = 0; j < width; j++) {
          pull[j] -= point[j] / distance;
        }
      }
    }
    double squared = 0;
    for (double p : pull) {
      squared += p * p;
    }
    if (Math.sqrt(squared) > coinciding) {
      return false;
    }
    at = point;
    return true;
  }

  private void addPoint(double[] sum, int point, double weight) {
    int from = point * width;
    for (int j = 0; j < width; j++) {
      sum[j] += weight * points[from + j];
    }
  }

  /** Four sums side by side, since one alone waits for each addition. */
  private double distance(int point, double[] to) {
    int from = point * width;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < width; j += 4) {
      s0 += square(points[from + j] - to[j]);
      s1 += square(points[from + j + 1] - to[j + 1]);
      s2 += square(points[from + j + 2] - to[j + 2]);
      s3 += square(points[from + j + 3] - to[j + 3]);
    }
    for (; j < width; j++) {
      s0 += square(points[from + j] - to[j]);
    }
    return Math.sqrt((s0 + s1) + (s2 + s3));
  }

  private static double square(double x) {
    return x * x;
  }
}
