package dev.simoom.models.sae;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The formulas of section 2.2 in double and without any sparsity: every latent of every row is
 * written down, the unselected ones as zeros. It knows nothing of the code under test.
 */
final class DenseSae {
  final double[][] encoder;
  final double[] bias;
  final double[][] decoder;
  final double[] preBias;
  private final int k;
  private final int kAux;
  private final double scale;
  private final double coefficient;
  private final boolean overBatch;

  /** Latents from this one on are selected, but add nothing to the output. */
  int decoded = Integer.MAX_VALUE;

  /** Everything that one batch gives. */
  static final class Pass {
    double main;
    double auxiliary;
    double total;
    double[][] latents;
    double[][] revived;
    double[][] output;
    double[][] residual;
    double variance;
    int dead;
    double[][] encoderGradient;
    double[] biasGradient;
    double[][] decoderGradient;
    double[] preBiasGradient;
  }

  DenseSae(SparseAutoencoder sae, int k, int kAux, double scale, double coefficient) {
    this(sae, k, kAux, scale, coefficient, false);
  }

  /** With the largest of the whole batch kept, k for each row on average, if so wanted. */
  DenseSae(
      SparseAutoencoder sae, int k, int kAux, double scale, double coefficient, boolean overBatch) {
    encoder = matrix(sae.encoderWeight());
    bias = row(sae.encoderBias());
    decoder = matrix(sae.decoderWeight());
    preBias = row(sae.preBias());
    this.k = k;
    this.kAux = kAux;
    this.scale = scale;
    this.coefficient = coefficient;
    this.overBatch = overBatch;
  }

  static double[] row(Variable variable) {
    return doubles(variable.value());
  }

  static double[][] matrix(Variable variable) {
    return rows(variable.value());
  }

  static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloatArray();
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }

  static double[][] rows(Tensor tensor) {
    double[] flat = doubles(tensor);
    int width = (int) tensor.shape().extent(-1);
    return IntStream.range(0, flat.length / width)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width))
        .toArray(double[][]::new);
  }

  static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  int latents() {
    return encoder.length;
  }

  double preActivation(int latent, double[] x) {
    double sum = bias[latent];
    for (int j = 0; j < x.length; j++) {
      sum += encoder[latent][j] * (x[j] - preBias[j]);
    }
    return sum;
  }

  /** The positive ones among the largest eligible pre-activations of a row. */
  private double[] select(double[] x, int count, IntPredicate eligible) {
    double[] pre = new double[latents()];
    Arrays.setAll(pre, i -> preActivation(i, x));
    double[] z = new double[latents()];
    IntStream.range(0, latents())
        .filter(eligible)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -pre[i]).thenComparing(i -> i))
        .limit(count)
        .forEach(i -> z[i] = Math.max(0, pre[i]));
    return z;
  }

  double[][] encode(double[][] x) {
    return overBatch
        ? encodeBatch(x)
        : Arrays.stream(x).map(r -> select(r, k, i -> true)).toArray(double[][]::new);
  }

  private double[][] encodeBatch(double[][] x) {
    double[][] pre = new double[x.length][latents()];
    for (int r = 0; r < x.length; r++) {
      double[] row = x[r];
      Arrays.setAll(pre[r], i -> preActivation(i, row));
    }
    double[] sorted = Arrays.stream(flat(pre)).sorted().toArray();
    double least = sorted[sorted.length - k * x.length];
    for (double[] row : pre) {
      Arrays.setAll(row, i -> row[i] >= least ? Math.max(0, row[i]) : 0);
    }
    return pre;
  }

  double[] combine(double[] z, double @Nullable [] start) {
    double[] y = start == null ? new double[preBias.length] : start.clone();
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += z[i] * decoder[i][j];
      }
    }
    return y;
  }

  /** Loss and gradients; {@code dead} says which latents are, given the batch's latents. */
  Pass pass(double[][] x, boolean[] dead) {
    Pass p = losses(x, dead, null, 0);
    gradients(p, x);
    return p;
  }

  /**
   * The losses, with the residual and its variance as given, or as they come out where none is
   * given.
   */
  Pass losses(double[][] x, boolean[] dead, double @Nullable [][] residual, double variance) {
    Pass p = new Pass();
    p.latents = encode(x);
    for (double[] z : p.latents) {
      Arrays.fill(z, Math.min(decoded, z.length), z.length, 0);
    }
    p.output = Arrays.stream(p.latents).map(z -> combine(z, preBias)).toArray(double[][]::new);
    for (boolean d : dead) {
      p.dead += d ? 1 : 0;
    }
    p.revived = new double[x.length][latents()];
    p.residual = residual != null ? residual : difference(x, p.output);
    p.variance = residual != null ? variance : variance(p.residual);
    p.main = scale * meanSquare(difference(p.output, x));
    if (p.dead > 0 && p.variance > 0) {
      p.revived = Arrays.stream(x).map(r -> select(r, kAux, i -> dead[i])).toArray(double[][]::new);
      p.auxiliary = meanSquare(difference(guess(p), p.residual)) / p.variance;
    }
    p.total = p.main + coefficient * p.auxiliary;
    return p;
  }

  private double[][] guess(Pass p) {
    return Arrays.stream(p.revived).map(z -> combine(z, null)).toArray(double[][]::new);
  }

  private void gradients(Pass p, double[][] x) {
    int width = preBias.length;
    double numbers = (double) x.length * width;
    p.encoderGradient = new double[latents()][width];
    p.biasGradient = new double[latents()];
    p.decoderGradient = new double[latents()][width];
    p.preBiasGradient = new double[width];
    double[][] guess = guess(p);
    for (int r = 0; r < x.length; r++) {
      double[] byOutput = new double[width];
      double[] byGuess = new double[width];
      for (int j = 0; j < width; j++) {
        byOutput[j] = 2 * scale / numbers * (p.output[r][j] - x[r][j]);
        if (p.auxiliary > 0) {
          double error = guess[r][j] - p.residual[r][j];
          byGuess[j] = coefficient * 2 / (numbers * p.variance) * error;
        }
        p.preBiasGradient[j] += byOutput[j];
      }
      for (int i = 0; i < latents(); i++) {
        double byPre = 0;
        for (int j = 0; j < width; j++) {
          p.decoderGradient[i][j] += p.latents[r][i] * byOutput[j] + p.revived[r][i] * byGuess[j];
          byPre += p.latents[r][i] > 0 ? decoder[i][j] * byOutput[j] : 0;
          byPre += p.revived[r][i] > 0 ? decoder[i][j] * byGuess[j] : 0;
        }
        p.biasGradient[i] += byPre;
        for (int j = 0; j < width; j++) {
          p.encoderGradient[i][j] += byPre * (x[r][j] - preBias[j]);
          p.preBiasGradient[j] -= byPre * encoder[i][j];
        }
      }
    }
  }

  /** Adds a share of the loss and of the gradients of another pass. */
  static void add(Pass to, Pass other, double share) {
    to.total += share * other.total;
    for (int i = 0; i < to.biasGradient.length; i++) {
      to.biasGradient[i] += share * other.biasGradient[i];
      for (int j = 0; j < to.preBiasGradient.length; j++) {
        to.encoderGradient[i][j] += share * other.encoderGradient[i][j];
        to.decoderGradient[i][j] += share * other.decoderGradient[i][j];
      }
    }
    for (int j = 0; j < to.preBiasGradient.length; j++) {
      to.preBiasGradient[j] += share * other.preBiasGradient[j];
    }
  }

  static double[][] difference(double[][] a, double[][] b) {
    double[][] d = new double[a.length][];
    for (int r = 0; r < a.length; r++) {
      d[r] = a[r].clone();
      for (int j = 0; j < d[r].length; j++) {
        d[r][j] -= b[r][j];
      }
    }
    return d;
  }

  static double meanSquare(double[][] a) {
    return Arrays.stream(flat(a)).map(v -> v * v).average().orElseThrow();
  }

  /** Mean squared distance from the mean row. */
  static double variance(double[][] rows) {
    double[][] mean = new double[rows.length][rows[0].length];
    for (int j = 0; j < rows[0].length; j++) {
      int column = j;
      double m = Arrays.stream(rows).mapToDouble(r -> r[column]).average().orElseThrow();
      for (double[] r : mean) {
        r[j] = m;
      }
    }
    return meanSquare(difference(rows, mean));
  }
}
