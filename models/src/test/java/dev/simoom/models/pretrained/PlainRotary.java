package dev.simoom.models.pretrained;

import dev.simoom.models.pretrained.ModelFolder.Stored;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Llama and Qwen by the formulas of their papers and of transformers' modeling_*.py. */
final class PlainRotary extends PlainDecoder {
  private final Settings settings;

  /**
   * What the configuration says.
   *
   * @param llama3 factor, low and high frequency factor, original context; or null
   */
  record Settings(
      int layers,
      int heads,
      int keyHeads,
      int size,
      double epsilon,
      double base,
      double @Nullable [] llama3,
      boolean tied) {}

  PlainRotary(Settings settings, Map<String, Stored> weights) {
    super(weights);
    this.settings = settings;
  }

  @Override
  double[][] logits(int[] ids) {
    double[][] x = rows("model.embed_tokens.weight", ids);
    for (int layer = 0; layer < settings.layers; layer++) {
      String path = "model.layers." + layer + ".";
      x = plus(x, attended(path + "self_attn.", normed(path + "input_layernorm", x)));
      x = plus(x, perceptron(path + "mlp.", normed(path + "post_attention_layernorm", x)));
    }
    return linear(settings.tied ? "model.embed_tokens" : "lm_head", normed("model.norm", x));
  }

  private double[][] attended(String path, double[][] x) {
    int size = settings.size;
    double[][] q = turned(path + "q_norm", linear(path + "q_proj", x));
    double[][] k = turned(path + "k_norm", linear(path + "k_proj", x));
    double[][] v = linear(path + "v_proj", x);
    int group = settings.heads / settings.keyHeads;
    return linear(path + "o_proj", attention(q, k, v, settings.heads, size, h -> h / group));
  }

  /** Norms each head where there is a weight for it, then turns it by its position. */
  private double[][] turned(String norm, double[][] x) {
    int size = settings.size;
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int head = 0; head < x[t].length; head += size) {
        double[] part = new double[size];
        System.arraycopy(x[t], head, part, 0, size);
        part = find(norm + ".weight") == null ? part : normed(norm, part);
        for (int i = 0; i < size; i++) {
          double angle = t * frequency(i % (size / 2));
          double other = i < size / 2 ? -part[i + size / 2] : part[i - size / 2];
          y[t][head + i] = part[i] * Math.cos(angle) + other * Math.sin(angle);
        }
      }
    }
    return y;
  }

  private double frequency(int pair) {
    double frequency = 1 / Math.pow(settings.base, 2.0 * pair / settings.size);
    if (settings.llama3 == null) {
      return frequency;
    }
    double factor = settings.llama3[0];
    double low = settings.llama3[1];
    double high = settings.llama3[2];
    double context = settings.llama3[3];
    double wave = 2 * Math.PI / frequency;
    if (wave > context / low) {
      return frequency / factor;
    }
    if (wave < context / high) {
      return frequency;
    }
    double smooth = (context / wave - low) / (high - low);
    return (1 - smooth) * frequency / factor + smooth * frequency;
  }

  private double[][] perceptron(String path, double[][] x) {
    double[][] gate = linear(path + "gate_proj", x);
    double[][] up = linear(path + "up_proj", x);
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < up[t].length; i++) {
        up[t][i] *= gate[t][i] / (1 + Math.exp(-gate[t][i]));
      }
    }
    return linear(path + "down_proj", up);
  }

  private double[][] normed(String name, double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = normed(name, x[t]);
    }
    return y;
  }

  private double[] normed(String name, double[] x) {
    double square = 0;
    for (double v : x) {
      square += v * v / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / Math.sqrt(square + settings.epsilon) * weight(name + ".weight").values()[i];
    }
    return y;
  }
}
