package dev.simoom.models.sae;

import java.util.Arrays;

/**
 * Loss and gradients with ReLU and L1 and with JumpReLU and L0 in double, latent by latent. ReLU is
 * a threshold of 0 that does not move. It knows nothing of the code under test.
 */
final class DensePenalised {
  final DenseSae weights;
  final double[] threshold;
  private final double scale;
  private final double l1;
  private final double l0;
  private final double bandwidth;

  double loss;
  double reconstruction;
  double[][] encoderGradient;
  double[] biasGradient;
  double[][] decoderGradient;
  double[] preBiasGradient;
  double[] thresholdGradient;

  DensePenalised(
      SparseAutoencoder sae,
      double[] threshold,
      double scale,
      double l1,
      double l0,
      double bandwidth) {
    weights = new DenseSae(sae, 1, 0, scale, 0);
    this.threshold = threshold;
    this.scale = scale;
    this.l1 = l1;
    this.l0 = l0;
    this.bandwidth = bandwidth;
  }

  private double[] pre(double[] x) {
    double[] pre = new double[threshold.length];
    Arrays.setAll(pre, i -> weights.preActivation(i, x));
    return pre;
  }

  /** The loss alone, for slopes. */
  double loss(double[][] x) {
    reconstruction = 0;
    double penalty = 0;
    for (double[] row : x) {
      double[] z = pre(row);
      for (int i = 0; i < z.length; i++) {
        z[i] = z[i] > threshold[i] ? z[i] : 0;
        penalty += l1 * z[i] + (z[i] > 0 ? l0 : 0);
      }
      double[] y = weights.combine(z, weights.preBias);
      for (int j = 0; j < y.length; j++) {
        double error = y[j] - row[j];
        reconstruction += scale * error * error / (x.length * y.length);
      }
    }
    loss = reconstruction + penalty / x.length;
    return loss;
  }

  /** Loss and gradients, those by the thresholds as the paper estimates them. */
  void pass(double[][] x) {
    loss(x);
    int latents = threshold.length;
    int width = x[0].length;
    encoderGradient = new double[latents][width];
    biasGradient = new double[latents];
    decoderGradient = new double[latents][width];
    preBiasGradient = new double[width];
    thresholdGradient = new double[latents];
    for (double[] row : x) {
      addRow(row, x.length);
    }
  }

  private void addRow(double[] x, int rows) {
    double[] pre = pre(x);
    double[] z = new double[pre.length];
    Arrays.setAll(z, i -> pre[i] > threshold[i] ? pre[i] : 0);
    double[] byOutput = weights.combine(z, weights.preBias);
    Arrays.setAll(byOutput, j -> 2 * scale * (byOutput[j] - x[j]) / (rows * x.length));
    for (int j = 0; j < x.length; j++) {
      preBiasGradient[j] += byOutput[j];
    }
    for (int i = 0; i < z.length; i++) {
      double byValue = l1 / rows;
      for (int j = 0; j < x.length; j++) {
        byValue += weights.decoder[i][j] * byOutput[j];
        decoderGradient[i][j] += z[i] * byOutput[j];
      }
      if (Math.abs(pre[i] - threshold[i]) < bandwidth / 2) {
        thresholdGradient[i] -= threshold[i] / bandwidth * byValue + l0 / rows / bandwidth;
      }
      double byPre = pre[i] > threshold[i] ? byValue : 0;
      biasGradient[i] += byPre;
      for (int j = 0; j < x.length; j++) {
        encoderGradient[i][j] += byPre * (x[j] - weights.preBias[j]);
        preBiasGradient[j] -= byPre * weights.encoder[i][j];
      }
    }
  }
}
