package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.models.report.Densities;
import dev.simoom.models.sae.Normalisation.Normalised;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;

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
  private double cosines;
  private double normRatios;
  private double outputSquares;
  private double products;

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
   * @param normRatio mean of a reconstruction's norm over that of its row, of the same rows as the
   *     cosine: below 1 where reconstructions shrink
   * @param bias the number by which dividing all reconstructions would leave the least squared
   *     error, mean squared norm of reconstructions over their mean product with the rows: 1 where
   *     they neither shrink nor grow (Rajamanoharan et al., arXiv 2404.16014)
   * @param neverFired share of the latents that were positive on no row
   * @param density share of rows on which each latent was positive
   * @param mean the mean row, in original units
   */
  public record Result(
      long rows,
      double fvu,
      double normalisedMse,
      double l0,
      double cosine,
      double normRatio,
      double bias,
      double neverFired,
      double[] density,
      float[] mean) {

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

    void add(float[] x, float[] y, int rows) {
      if (!started && rows > 0) {
        started = true;
        for (int j = 0; j < width; j++) {
          pivot[j] = x[j];
        }
      }
      for (int from = 0; from < rows * width; from += width) {
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

    float[] mean(long rows) {
      float[] mean = new float[width];
      for (int j = 0; j < width; j++) {
        mean[j] = (float) (pivot[j] + sums[j] / rows);
      }
      return mean;
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
   * What {@link #add(List, int)} is to be given of rows, in eager code or in a traced program.
   *
   * @param rows [n, width] in original units
   * @param counted how many of them count, an I32 scalar; the others are fillers behind them
   */
  public static List<Tensor> measure(SparseAutoencoder sae, Tensor rows, Tensor counted) {
    Normalised input = sae.normalise(rows);
    Tensor decoded = sae.reconstructNormalised(input.rows());
    Tensor counts = Tensor.iota(Shape.of(rows.shape().extent(0), 1), 0).lt(counted);
    return List.of(
        rows,
        input.restore(decoded),
        input.rows(),
        decoded,
        input.mean(),
        firing(sae, input.rows(), counts));
  }

  /** On how many of the rows that count each latent is positive, F32 [latents]. */
  private static Tensor firing(SparseAutoencoder sae, Tensor normalised, Tensor counts) {
    long latents = sae.config().latents();
    return switch (sae.config().sparsity()) {
      case Sparsity.TopK _ -> {
        SparseCode code = sae.encodeNormalised(normalised);
        Tensor fired = code.values().gt(0).and(counts).cast(DType.F32);
        Tensor entries = code.indices().reshape(-1);
        yield fired.reshape(-1, 1).scatterAdd(entries, latents).reshape(latents);
      }
      case Sparsity.BatchTopK _,
          Sparsity.Matryoshka _,
          Sparsity.ReluL1 _,
          Sparsity.JumpRelu _,
          Sparsity.Gated _ ->
          sae.latents(normalised).gt(0).and(counts).cast(DType.F32).sum(0);
    };
  }

  /**
   * Adds rows.
   *
   * @param measured as {@link #measure} gives it
   * @param count how many of the rows count
   */
  public void add(List<Tensor> measured, int count) {
    float[] x = measured.get(0).toFloatArray();
    float[] y = measured.get(1).toFloatArray();
    original.add(x, y, count);
    normalised.add(measured.get(2).toFloatArray(), measured.get(3).toFloatArray(), count);
    addDirections(x, y, measured.get(4).toFloatArray(), count);
    float[] firing = measured.get(5).toFloatArray();
    for (int i = 0; i < firing.length; i++) {
      fired[i] += (long) firing[i];
    }
    rows += count;
  }

  /**
   * Adds rows in eager code.
   *
   * @param batch [..., width] in original units
   */
  public void add(Tensor batch) {
    try (Scope _ = Scope.open()) {
      Tensor flat = batch.reshape(-1, sae.config().width());
      int count = Math.toIntExact(flat.shape().extent(0));
      add(measure(sae, flat, Tensor.ofInts(Shape.SCALAR, count)), count);
    }
  }

  private void addDirections(float[] x, float[] y, float[] means, int count) {
    int width = sae.config().width();
    for (int row = 0; row < count; row++) {
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
      normRatios += xx > 0 ? Math.sqrt(yy / xx) : 0;
      outputSquares += yy;
      products += xy;
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
    long active = 0;
    int silent = 0;
    for (int i = 0; i < density.length; i++) {
      density[i] = (double) fired[i] / rows;
      active += fired[i];
      silent += fired[i] == 0 ? 1 : 0;
    }
    return new Result(
        rows,
        original.unexplained(rows),
        normalised.unexplained(rows),
        (double) active / rows,
        cosines / rows,
        normRatios / rows,
        outputSquares / products,
        (double) silent / fired.length,
        density,
        original.mean(rows));
  }
}
