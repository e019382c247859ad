package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Sets the parameters of an autoencoder before training (section 3.1 and appendix A of the paper).
 */
final class SaeInitialiser {
  /** How many sample rows the geometric median is taken of. */
  private static final int MEDIAN_ROWS = 32_768;

  private static final int PROBES = 256;

  private SaeInitialiser() {}

  /**
   * Draws the directions, sets the pre-bias to the geometric median of a sample, and scales the
   * encoder so that reconstructions are as long as their inputs.
   *
   * @param sample normalised rows [n, width]
   * @param start whether the encoder's directions are the decoder's, and the seed of both
   */
  static void initialise(SparseAutoencoder sae, Tensor sample, SaeTraining.Start start) {
    SaeConfig config = sae.config();
    try (Scope _ = Scope.open()) {
      RandomStream random = new RandomStream(start.seed());
      Tensor directions = directions(random, config.latents(), config.width());
      sae.decoderWeight().assign(directions);
      sae.encoderWeight()
          .assign(start.tied() ? directions : directions(random, config.latents(), config.width()));
      sae.encoderBias().assign(Tensor.zeros(sae.encoderBias().shape()));
      sae.preBias().assign(median(sample, config.width()));
      sae.threshold()
          .assign(Tensor.full(sae.threshold().shape(), Sparsity.JumpRelu.FIRST_THRESHOLD));

      Tensor probes = directions(random, PROBES, config.width()).add(sae.preBias().value());
      Tensor shift = sae.reconstructNormalised(probes).sub(sae.preBias().value());
      float length = shift.square().sum(-1).sqrt().mean().item();
      if (length > 0) {
        sae.encoderWeight().assign(sae.encoderWeight().value().div(length));
      }
    }
  }

  /** Points spread evenly over the unit sphere, [count, width]. */
  private static Tensor directions(RandomStream random, long count, long width) {
    return unitRows(random.normal(Shape.of(count, width)));
  }

  /** Rows scaled to norm 1; rows of zeros stay. */
  static Tensor unitRows(Tensor matrix) {
    Tensor norm = matrix.square().sumKeep(-1).sqrt().maximum(Tensor.scalar(Float.MIN_NORMAL));
    return matrix.div(norm);
  }

  private static Tensor median(Tensor sample, int width) {
    long rows = Math.min(MEDIAN_ROWS, sample.shape().extent(0));
    double[] median = GeometricMedian.of(sample.slice(0, 0, rows).toFloatArray(), width);
    float[] rounded = new float[width];
    for (int i = 0; i < width; i++) {
      rounded[i] = (float) median[i];
    }
    return Tensor.of(Shape.of(width), DType.F32, MemorySegment.ofArray(rounded));
  }

  /**
   * One over the variance of a sample around its mean row, per number: what mean squared errors are
   * multiplied by so that 1 is the loss of predicting the mean.
   *
   * @param sample normalised rows [n, width]
   */
  static double errorScale(Tensor sample, int width) {
    float[] rows = sample.toFloatArray();
    double[] mean = new double[width];
    int count = rows.length / width;
    for (int i = 0; i < rows.length; i++) {
      mean[i % width] += rows[i] / (double) count;
    }
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      double difference = rows[i] - mean[i % width];
      squares += difference * difference;
    }
    double scale = rows.length / squares;
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "the %d rows of activations that were looked at have no variance, or numbers that are not"
                  .formatted(count)
              + " finite; there is nothing to learn from them");
    }
    return scale;
  }
}
