package dev.simoom.models.pretrained;

import dev.simoom.models.pretrained.ModelFolder.Stored;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What GPT-2, Llama and Qwen have in common, in double and plain loops. */
abstract class PlainDecoder {
  private final Map<String, Stored> weights;

  PlainDecoder(Map<String, Stored> weights) {
    this.weights = weights;
  }

  /** Logits at each position. */
  abstract double[][] logits(int[] ids);

  Stored weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  @Nullable Stored find(String name) {
    return weights.get(name);
  }

  double[][] rows(String name, int[] ids) {
    Stored table = weight(name);
    double[][] x = new double[ids.length][(int) table.extents()[1]];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] = table.at(ids[t], i);
      }
    }
    return x;
  }

  /** y = W x + b with W [out, in], as PyTorch has it. */
  double[][] linear(String name, double[][] x) {
    Stored matrix = weight(name + ".weight");
    Stored bias = find(name + ".bias");
    double[][] y = new double[x.length][(int) matrix.extents()[0]];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < y[t].length; o++) {
        y[t][o] = bias == null ? 0 : bias.values()[o];
        for (int i = 0; i < x[t].length; i++) {
          y[t][o] += matrix.at(o, i) * x[t][i];
        }
      }
    }
    return y;
  }

  /**
   * Causal attention of heads side by side.
   *
   * @param keyHead which head of keys a head of queries reads
   */
  static double[][] attention(
      double[][] q, double[][] k, double[][] v, int heads, int size, IntUnaryOperator keyHead) {
    double[][] mixed = new double[q.length][heads * size];
    for (int h = 0; h < heads; h++) {
      int from = h * size;
      int key = keyHead.applyAsInt(h) * size;
      for (int t = 0; t < q.length; t++) {
        double[] weight = new double[t + 1];
        double total = 0;
        for (int s = 0; s <= t; s++) {
          double score = 0;
          for (int i = 0; i < size; i++) {
            score += q[t][from + i] * k[s][key + i];
          }
          weight[s] = Math.exp(score / Math.sqrt(size));
          total += weight[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < size; i++) {
            mixed[t][from + i] += weight[s] / total * v[s][key + i];
          }
        }
      }
    }
    return mixed;
  }

  static double[][] plus(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      sum[t] = x[t].clone();
      for (int i = 0; i < y[t].length; i++) {
        sum[t][i] += y[t][i];
      }
    }
    return sum;
  }
}
