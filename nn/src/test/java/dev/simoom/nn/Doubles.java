package dev.simoom.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Layers written down plainly in double, independent of the tensors they are compared with. */
final class Doubles {
  private Doubles() {}

  static Tensor random(long seed, long... extents) {
    Random random = new Random(seed);
    Shape shape = Shape.of(extents);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }

  static Variable variable(long seed, long... extents) {
    return Variable.of("test " + seed, random(seed, extents));
  }

  /** Fills parameters with numbers that no symmetry hides errors in. */
  static <M extends Module> M scrambled(M module) {
    long seed = 1000;
    for (Variable v : module.parameters().values()) {
      v.assign(random(seed++, v.shape().toArray()).mul(0.4).add(0.1));
    }
    return module;
  }

  /** The elements as rows of the last axis. */
  static double[][] rows(Tensor x) {
    int width = (int) x.shape().extent(-1);
    float[] flat = x.toFloatArray();
    double[][] rows = new double[flat.length / width][width];
    for (int i = 0; i < flat.length; i++) {
      rows[i / width][i % width] = flat[i];
    }
    return rows;
  }

  static double[][] rows(Variable v) {
    return rows(v.value());
  }

  static double[] row(Variable v) {
    return rows(v)[0];
  }

  static double[][] linear(double[][] x, Linear layer) {
    double[][] w = rows(layer.weight());
    double[] b = layer.bias() == null ? new double[w[0].length] : row(layer.bias());
    double[][] y = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      y[i] = b.clone();
      for (int j = 0; j < w.length; j++) {
        for (int k = 0; k < b.length; k++) {
          y[i][k] += x[i][j] * w[j][k];
        }
      }
    }
    return y;
  }

  static double[][] layerNorm(double[][] x, LayerNorm layer) {
    double[] weight = row(layer.weight());
    double[] bias = row(layer.bias());
    double[][] y = new double[x.length][weight.length];
    for (int i = 0; i < x.length; i++) {
      double mean = mean(x[i]);
      double variance = mean(map(x[i], v -> (v - mean) * (v - mean)));
      for (int j = 0; j < weight.length; j++) {
        y[i][j] = (x[i][j] - mean) / Math.sqrt(variance + 1e-5) * weight[j] + bias[j];
      }
    }
    return y;
  }

  static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** By Simpson's rule over the normal density. */
  static double geluExact(double x) {
    int steps = 4000;
    double step = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      int weight = i == 0 || i == steps ? 1 : 2 + 2 * (i % 2);
      sum += weight * Math.exp(-(i * step) * (i * step) / 2);
    }
    return x * (0.5 + sum * step / 3 / Math.sqrt(2 * Math.PI));
  }

  static double[][] mlp(double[][] x, Mlp layer) {
    double[][] hidden = linear(x, layer.up());
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = map(hidden[i], Doubles::gelu);
    }
    return linear(hidden, layer.down());
  }

  /** Attention of sequences that lie one behind the other in x. */
  static double[][] attention(double[][] x, int time, MultiHeadAttention layer) {
    int width = x[0].length;
    int features = width / layer.heads();
    double[][] qkv = linear(x, layer.qkv());
    double[][] mixed = new double[x.length][width];
    for (int start = 0; start < x.length; start += time) {
      for (int head = 0; head < layer.heads(); head++) {
        for (int t = 0; t < time; t++) {
          int seen = layer.causal() ? t + 1 : time;
          double[] scores = new double[seen];
          for (int s = 0; s < seen; s++) {
            for (int f = 0; f < features; f++) {
              int at = head * features + f;
              scores[s] += qkv[start + t][at] * qkv[start + s][width + at];
            }
            scores[s] /= Math.sqrt(features);
          }
          double[] weights = softmax(scores);
          for (int s = 0; s < seen; s++) {
            for (int f = 0; f < features; f++) {
              int at = head * features + f;
              mixed[start + t][at] += weights[s] * qkv[start + s][2 * width + at];
            }
          }
        }
      }
    }
    return linear(mixed, layer.output());
  }

  static double[] softmax(double[] logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double total = sum;
    return map(logits, logit -> Math.exp(logit) / total);
  }

  static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum[i][j] = a[i][j] + b[i][j];
      }
    }
    return sum;
  }

  static double[] map(double[] x, DoubleUnaryOperator f) {
    return java.util.Arrays.stream(x).map(f).toArray();
  }

  static double mean(double[] x) {
    return java.util.Arrays.stream(x).average().orElseThrow();
  }

  static void assertClose(Tensor actual, double[][] expected) {
    double[][] found = rows(actual);
    assertThat(found).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        assertThat(found[i][j])
            .as("row %d column %d", i, j)
            .isCloseTo(
                expected[i][j],
                org.assertj.core.api.Assertions.within(2e-5 * (1 + Math.abs(expected[i][j]))));
      }
    }
  }
}
