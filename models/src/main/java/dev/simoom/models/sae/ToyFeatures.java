package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.models.run.CounterRandom;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Made-up activations whose features are known: sums of few unit directions with random strengths,
 * some of them frequent and most of them rare, a constant offset, and 1 % noise.
 *
 * <p>The i-th direction is active with a probability proportional to 1 / i, but at most 0.5, such
 * that 4 are active on average, with strengths spread evenly over [0.5, 1.5].
 */
final class ToyFeatures implements ActivationSource {
  static final int WIDTH = 32;
  static final int FEATURES = 96;
  private static final double MEAN_ACTIVE = 4;
  private static final double MOST_FREQUENT = 0.5;
  private static final double NOISE = 0.01;

  private final long seed;
  private final int blockRows;
  private final float[][] directions = new float[FEATURES][];
  private final float[] offset;
  private final double[] probabilities = new double[FEATURES];

  ToyFeatures(long seed, int blockRows) {
    this.seed = seed;
    this.blockRows = blockRows;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < FEATURES; i++) {
      directions[i] = direction(random);
    }
    offset = direction(random);
    setProbabilities();
  }

  /** Finds the factor c with which the sum of min(c / i, cap) is the mean number of active ones. */
  private void setProbabilities() {
    double low = 0;
    double high = FEATURES;
    for (int halving = 0; halving < 60; halving++) {
      double factor = (low + high) / 2;
      Arrays.setAll(probabilities, i -> Math.min(factor / (i + 1), MOST_FREQUENT));
      if (Arrays.stream(probabilities).sum() < MEAN_ACTIVE) {
        low = factor;
      } else {
        high = factor;
      }
    }
  }

  private static float[] direction(SplittableRandom random) {
    float[] v = new float[WIDTH];
    double square = 0;
    for (int i = 0; i < WIDTH; i++) {
      v[i] = (float) random.nextGaussian();
      square += v[i] * v[i];
    }
    for (int i = 0; i < WIDTH; i++) {
      v[i] /= (float) Math.sqrt(square);
    }
    return v;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public int blockRows() {
    return blockRows;
  }

  @Override
  public void read(long block, MemorySegment rows) {
    MemorySegment.copy(numbers(block), 0, rows, ValueLayout.JAVA_FLOAT, 0, blockRows * WIDTH);
  }

  /** One block as a tensor. */
  Tensor block(long block) {
    Shape shape = Shape.of(blockRows, WIDTH);
    return Tensor.of(shape, DType.F32, MemorySegment.ofArray(numbers(block)));
  }

  private float[] numbers(long block) {
    SplittableRandom random = new SplittableRandom(CounterRandom.bits(seed, block));
    float[] x = new float[blockRows * WIDTH];
    for (int row = 0; row < blockRows; row++) {
      for (int i = 0; i < FEATURES; i++) {
        if (random.nextDouble() < probabilities[i]) {
          double strength = 0.5 + random.nextDouble();
          for (int j = 0; j < WIDTH; j++) {
            x[row * WIDTH + j] += (float) (strength * directions[i][j]);
          }
        }
      }
      for (int j = 0; j < WIDTH; j++) {
        x[row * WIDTH + j] += offset[j] + (float) (NOISE * random.nextGaussian());
      }
    }
    return x;
  }

  /** Share of the true directions that have a cosine above a threshold to some row of a decoder. */
  double found(SparseAutoencoder sae, double threshold) {
    float[] rows = sae.decoderWeight().value().toFloatArray();
    int found = 0;
    for (float[] direction : directions) {
      double best = 0;
      for (int from = 0; from < rows.length; from += WIDTH) {
        double dot = 0;
        double square = 0;
        for (int j = 0; j < WIDTH; j++) {
          dot += rows[from + j] * direction[j];
          square += rows[from + j] * rows[from + j];
        }
        best = Math.max(best, dot / Math.sqrt(square));
      }
      found += best > threshold ? 1 : 0;
    }
    return (double) found / FEATURES;
  }

  @Override
  public void close() {}
}
