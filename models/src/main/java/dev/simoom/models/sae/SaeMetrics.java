package dev.simoom.models.sae;

import dev.simoom.models.report.Densities;
import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;

/**
 * Measures an autoencoder over a stream of held-out rows. Sums are kept in double over the whole
 * stream, so the figures do not depend on how it was cut into batches.
 */
public final class SaeMetrics {
  private final SparseAutoencoder sae;
  private final Spread original;
  private final Spread normalised;
  private final long[] fired;
  private long rows;
  private long active;
  private double cosines;

  /**
   * What was measured.
   *
   * @param rows how many rows were seen
   * @param fvu fraction of variance unexplained: squared errors over squared distances from the
   *     mean row, both summed over the whole stream, in original units
   * @param normalisedMse the same of normalised rows, the units of the training loss
   * @param l0 mean number of positive latents per row
   * @param cosine mean cosine between a row and its reconstruction, both less the mean of the row
   *     where the normalisation takes that off; in original units
   * @param neverFired share of the latents that were positive on no row
   * @param density share of rows on which each latent was positive
   */
  public record Result(
      long rows,
      double fvu,
      double normalisedMse,
      double l0,
      double cosine,
      double neverFired,
      double[] density) {

    /** The densities on a logarithmic scale, for the report. */
    public Densities densities() {
      return Densities.of(density);
    }
  }

  /** Sums over rows, taken from the first one so that large means do not swallow small spreads. */
  private static final class Spread {
    private final int width;
    private final double[] pivot;
    private final double[] sums;
    private double squares;
    private double errors;
    private boolean started;

    Spread(int width) {
      this.width = width;
      pivot = new double[width];
      sums = new double[width];
    }

    void add(float[] x, float[] y) {
      if (!started && x.length > 0) {
        started = true;
        for (int j = 0; j < width; j++) {
          pivot[j] = x[j];
        }
      }
      for (int from = 0; from < x.length; from += width) {
        for (int j = 0; j < width; j++) {
          double difference = x[from + j] - pivot[j];
          double error = (double) x[from + j] - y[from + j];
          sums[j] += difference;
          squares += difference * difference;
          errors += error * error;
        }
      }
    }

    double unexplained(long rows) {
      double aroundMean = squares;
      for (double sum : sums) {
        aroundMean -= sum * sum / rows;
      }
      return errors / aroundMean;
    }
  }

  /** Nothing measured yet. */
  public SaeMetrics(SparseAutoencoder sae) {
    this.sae = sae;
    original = new Spread(sae.config().width());
    normalised = new Spread(sae.config().width());
    fired = new long[sae.config().latents()];
  }

  /**
   * Adds rows.
   *
   * @param batch [..., width] in original units
   */
  public void add(Tensor batch) {
    try (Scope _ = Scope.open()) {
      Normalised input = sae.normalise(batch);
      SparseCode code = sae.encodeNormalised(input.rows());
      Tensor decoded = sae.decode(code);
      float[] x = batch.toFloatArray();
      float[] y = input.restore(decoded).toFloatArray();
      original.add(x, y);
      normalised.add(input.rows().toFloatArray(), decoded.toFloatArray());
      addCosines(x, y, input.mean().toFloatArray());
      count(code);
      rows += x.length / sae.config().width();
    }
  }

  private void count(SparseCode code) {
    float[] values = code.values().toFloatArray();
    int[] indices = code.indices().toIntArray();
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        fired[indices[i]]++;
        active++;
      }
    }
  }

  private void addCosines(float[] x, float[] y, float[] means) {
    int width = sae.config().width();
    for (int row = 0; row < means.length; row++) {
      double xx = 0;
      double yy = 0;
      double xy = 0;
      for (int j = row * width; j < (row + 1) * width; j++) {
        double a = x[j] - means[row];
        double b = y[j] - means[row];
        xx += a * a;
        yy += b * b;
        xy += a * b;
      }
      cosines += xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
    }
  }

  /**
   * What was measured so far.
   *
   * @throws IllegalStateException if no rows were added
   */
  public Result result() {
    if (rows == 0) {
      throw new IllegalStateException("SaeMetrics: no rows were added");
    }
    double[] density = new double[fired.length];
    int silent = 0;
    for (int i = 0; i < density.length; i++) {
      density[i] = (double) fired[i] / rows;
      silent += fired[i] == 0 ? 1 : 0;
    }
    return new Result(
        rows,
        original.unexplained(rows),
        normalised.unexplained(rows),
        (double) active / rows,
        cosines / rows,
        (double) silent / fired.length,
        density);
  }
}
