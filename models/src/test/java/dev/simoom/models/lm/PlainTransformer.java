package dev.simoom.models.lm;

import java.util.Map;

/**
 * The loss of a transformer in double, written from the papers' formulas, one token at a time:
 * pre-norm blocks (Radford et al. 2019) of causal attention (Vaswani et al. 2017) and a perceptron
 * with GELU in its tanh form, with learnt positions and a tied output layer.
 */
final class PlainTransformer {
  private final TransformerConfig config;
  private final Map<String, double[]> weights;

  PlainTransformer(TransformerConfig config, Map<String, double[]> weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Mean cross-entropy of windows of context + 1 tokens. */
  double loss(int[][] windows) {
    double sum = 0;
    int count = 0;
    for (int[] window : windows) {
      double[][] logits = logits(window, window.length - 1);
      for (int t = 0; t < logits.length; t++) {
        double total = 0;
        for (double logit : logits[t]) {
          total += Math.exp(logit);
        }
        sum += Math.log(total) - logits[t][window[t + 1]];
        count++;
      }
    }
    return sum / count;
  }

  private double[][] logits(int[] ids, int time) {
    int width = config.width();
    double[] tokens = weights.get("tokens.weight");
    double[] positions = weights.get("positions.weight");
    double[][] x = new double[time][width];
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < width; i++) {
        x[t][i] = tokens[ids[t] * width + i] + positions[t * width + i];
      }
    }
    for (int block = 0; block < config.blocks(); block++) {
      String path = "blocks." + block + ".";
      add(x, attention(path + "attention.", normed(path + "attentionNorm.", x)));
      add(x, perceptron(path + "mlp.", normed(path + "mlpNorm.", x)));
    }
    double[][] last = normed("norm.", x);
    double[][] logits = new double[time][config.vocabulary()];
    for (int t = 0; t < time; t++) {
      for (int v = 0; v < config.vocabulary(); v++) {
        for (int i = 0; i < width; i++) {
          logits[t][v] += last[t][i] * tokens[v * width + i];
        }
      }
    }
    return logits;
  }

  private double[][] attention(String path, double[][] x) {
    int width = config.width();
    int size = width / config.heads();
    double[][] qkv = linear(path + "qkv.", x);
    double[][] mixed = new double[x.length][width];
    for (int first = 0; first < width; first += size) {
      for (int t = 0; t < x.length; t++) {
        double[] weight = new double[t + 1];
        double total = 0;
        for (int s = 0; s <= t; s++) {
          double score = 0;
          for (int i = first; i < first + size; i++) {
            score += qkv[t][i] * qkv[s][width + i];
          }
          weight[s] = Math.exp(score / Math.sqrt(size));
          total += weight[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = first; i < first + size; i++) {
            mixed[t][i] += weight[s] / total * qkv[s][2 * width + i];
          }
        }
      }
    }
    return linear(path + "output.", mixed);
  }

  private double[][] perceptron(String path, double[][] x) {
    double[][] hidden = linear(path + "up.", x);
    for (double[] row : hidden) {
      for (int i = 0; i < row.length; i++) {
        double z = row[i];
        row[i] = z / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z)));
      }
    }
    return linear(path + "down.", hidden);
  }

  private double[][] linear(String path, double[][] x) {
    double[] weight = weights.get(path + "weight");
    double[] bias = weights.get(path + "bias");
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = bias.clone();
      for (int i = 0; i < x[t].length; i++) {
        for (int j = 0; j < bias.length; j++) {
          y[t][j] += x[t][i] * weight[i * bias.length + j];
        }
      }
    }
    return y;
  }

  private double[][] normed(String path, double[][] x) {
    double[] weight = weights.get(path + "weight");
    double[] bias = weights.get(path + "bias");
    double[][] y = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      double mean = 0;
      for (double v : x[t]) {
        mean += v / weight.length;
      }
      double variance = 0;
      for (double v : x[t]) {
        variance += (v - mean) * (v - mean) / weight.length;
      }
      for (int i = 0; i < weight.length; i++) {
        y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i];
      }
    }
    return y;
  }

  private static void add(double[][] x, double[][] y) {
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < y[t].length; i++) {
        x[t][i] += y[t][i];
      }
    }
  }
}
