package dev.simoom.models.pretrained;

import dev.simoom.models.pretrained.ModelFolder.Stored;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** GPT-2 by its paper and transformers' modeling_gpt2.py; Conv1D has its weights as [in, out]. */
final class PlainGpt2 extends PlainDecoder {
  private final int layers;
  private final int heads;
  private final double epsilon;
  private final String prefix;

  PlainGpt2(int layers, int heads, double epsilon, String prefix, Map<String, Stored> weights) {
    super(weights);
    this.layers = layers;
    this.heads = heads;
    this.epsilon = epsilon;
    this.prefix = prefix;
  }

  @Override
  double[][] logits(int[] ids) {
    int[] positions = IntStream.range(0, ids.length).toArray();
    double[][] x = plus(rows(prefix + "wte.weight", ids), rows(prefix + "wpe.weight", positions));
    for (int layer = 0; layer < layers; layer++) {
      String path = prefix + "h." + layer + ".";
      x = plus(x, attended(path + "attn.", normed(path + "ln_1", x)));
      double[][] hidden = conv1d(path + "mlp.c_fc", normed(path + "ln_2", x));
      for (double[] row : hidden) {
        for (int i = 0; i < row.length; i++) {
          double z = row[i];
          row[i] = 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z)));
        }
      }
      x = plus(x, conv1d(path + "mlp.c_proj", hidden));
    }
    return linear(prefix + "wte", normed(prefix + "ln_f", x));
  }

  private double[][] attended(String path, double[][] x) {
    int width = x[0].length;
    double[][] qkv = conv1d(path + "c_attn", x);
    double[][][] parts = new double[3][x.length][];
    for (int part = 0; part < 3; part++) {
      for (int t = 0; t < x.length; t++) {
        parts[part][t] = Arrays.copyOfRange(qkv[t], part * width, (part + 1) * width);
      }
    }
    double[][] mixed = attention(parts[0], parts[1], parts[2], heads, width / heads, head -> head);
    return conv1d(path + "c_proj", mixed);
  }

  private double[][] conv1d(String name, double[][] x) {
    Stored matrix = weight(name + ".weight");
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = weight(name + ".bias").values().clone();
      for (int o = 0; o < y[t].length; o++) {
        for (int i = 0; i < x[t].length; i++) {
          y[t][o] += x[t][i] * matrix.at(i, o);
        }
      }
    }
    return y;
  }

  private double[][] normed(String name, double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      double mean = Arrays.stream(x[t]).average().orElseThrow();
      double variance =
          Arrays.stream(x[t]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int i = 0; i < y[t].length; i++) {
        double normal = (x[t][i] - mean) / Math.sqrt(variance + epsilon);
        y[t][i] =
            normal * weight(name + ".weight").values()[i] + weight(name + ".bias").values()[i];
      }
    }
    return y;
  }
}
