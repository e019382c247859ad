package dev.simoom.models.sae.format;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An autoencoder as SAELens computes it, number by number in double, and the files that say so. It
 * knows nothing of the code under test.
 */
final class TheirSae {
  static final int WIDTH = 6;
  static final int LATENTS = 11;
  static final int K = 3;

  final Map<String, double[]> weights = new LinkedHashMap<>();
  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
  final Map<String, String> settings = new LinkedHashMap<>();
  private final RandomStream random;

  TheirSae(String architecture, long seed) {
    random = new RandomStream(seed);
    settings.put("architecture", '"' + architecture + '"');
    settings.put("d_in", "" + WIDTH);
    settings.put("d_sae", "" + LATENTS);
    add("W_enc", WIDTH, LATENTS);
    add("W_dec", LATENTS, WIDTH);
    add("b_dec", WIDTH);
    switch (architecture) {
      case "gated" -> {
        add("b_gate", LATENTS);
        add("b_mag", LATENTS);
        add("r_mag", LATENTS);
      }
      case "jumprelu" -> {
        add("b_enc", LATENTS);
        add("threshold", LATENTS);
      }
      case "batchtopk" -> {
        add("b_enc", LATENTS);
        shapes.put("topk_threshold", List.of());
        weights.put("topk_threshold", new double[] {0.37});
      }
      default -> add("b_enc", LATENTS);
    }
    if (architecture.contains("topk")) {
      settings.put("k", "" + K);
    }
  }

  TheirSae with(String key, String json) {
    settings.put(key, json);
    return this;
  }

  private void add(String name, Integer... shape) {
    shapes.put(name, List.of(shape));
    long[] extents = Arrays.stream(shape).mapToLong(i -> i).toArray();
    float[] numbers = random.normal(Shape.of(extents)).mul(0.6).toFloatArray();
    weights.put(name, IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray());
  }

  private boolean is(String key, String json) {
    return settings.getOrDefault(key, "").equals(json);
  }

  /** Their forward pass of one row. */
  double[] reconstruct(double[] row) {
    double[] x = row.clone();
    double mean = 0;
    double factor = 1;
    if (is("normalize_activations", "\"layer_norm\"")) {
      mean = Arrays.stream(row).average().orElseThrow();
      double shift = mean;
      double squares = Arrays.stream(row).map(v -> (v - shift) * (v - shift)).sum();
      factor = Math.sqrt(squares / (WIDTH - 1));
      double divisor = factor + 1e-5;
      Arrays.setAll(x, j -> (row[j] - shift) / divisor);
    } else if (is("normalize_activations", "\"constant_norm_rescale\"")) {
      factor = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum()) / Math.sqrt(WIDTH);
      double divisor = factor;
      Arrays.setAll(x, j -> row[j] / divisor);
    }
    double[] bias = weights.get("b_dec");
    boolean subtracted = !is("apply_b_dec_to_input", "false");
    double[] input = x;
    Arrays.setAll(x, j -> input[j] - (subtracted ? bias[j] : 0));
    double[] z = encode(x);
    double[] y = bias.clone();
    for (int i = 0; i < LATENTS; i++) {
      double latent = is("rescale_acts_by_decoder_norm", "true") ? z[i] / norm(i) : z[i];
      for (int j = 0; j < WIDTH; j++) {
        y[j] += latent * weights.get("W_dec")[i * WIDTH + j];
      }
    }
    for (int j = 0; j < WIDTH; j++) {
      y[j] = y[j] * factor + mean;
    }
    return y;
  }

  private double norm(int latent) {
    double[] w = weights.get("W_dec");
    return Math.sqrt(
        IntStream.range(latent * WIDTH, (latent + 1) * WIDTH).mapToDouble(i -> w[i] * w[i]).sum());
  }

  private double[] encode(double[] x) {
    double[] products = new double[LATENTS];
    for (int i = 0; i < LATENTS; i++) {
      for (int j = 0; j < WIDTH; j++) {
        products[i] += x[j] * weights.get("W_enc")[j * LATENTS + i];
      }
    }
    double[] z = new double[LATENTS];
    if (weights.containsKey("b_gate")) {
      for (int i = 0; i < LATENTS; i++) {
        double scaled = products[i] * Math.exp(weights.get("r_mag")[i]);
        boolean open = products[i] + weights.get("b_gate")[i] > 0;
        z[i] = open ? Math.max(0, scaled + weights.get("b_mag")[i]) : 0;
      }
      return z;
    }
    Arrays.setAll(z, i -> products[i] + weights.get("b_enc")[i]);
    if (is("rescale_acts_by_decoder_norm", "true")) {
      Arrays.setAll(z, i -> z[i] * norm(i));
    }
    double[] pre = z.clone();
    if (weights.containsKey("threshold")) {
      double[] threshold = weights.get("threshold");
      Arrays.setAll(z, i -> pre[i] > Math.max(0, threshold[i]) ? Math.max(0, pre[i]) : 0);
    } else if (weights.containsKey("topk_threshold")) {
      Arrays.setAll(z, i -> pre[i] > weights.get("topk_threshold")[0] ? pre[i] : 0);
    } else if (is("architecture", "\"topk\"") || is("activation_fn_str", "\"topk\"")) {
      double least = Arrays.stream(pre).sorted().toArray()[LATENTS - K];
      Arrays.setAll(z, i -> pre[i] >= least ? Math.max(0, pre[i]) : 0);
    } else {
      Arrays.setAll(z, i -> Math.max(0, pre[i]));
    }
    return z;
  }

  /** The settings as JSON. */
  String json() {
    StringBuilder json = new StringBuilder("{");
    settings.forEach(
        (key, value) ->
            json.append(json.length() == 1 ? "" : ", ").append('"' + key + "\": " + value));
    return json.append("}").toString();
  }

  /** Writes the folder. */
  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve("cfg.json"), json());
    Files.write(folder.resolve("sae_weights.safetensors"), file(weights, shapes));
  }

  /** A safetensors file: scalars as F64, the rest as F32. */
  static byte[] file(Map<String, double[]> weights, Map<String, List<Integer>> shapes) {
    int most = weights.values().stream().mapToInt(w -> 8 * w.length).sum();
    ByteBuffer data = ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
    List<String> entries = new ArrayList<>();
    for (String name : weights.keySet()) {
      boolean wide = shapes.get(name).isEmpty();
      int from = data.position();
      for (double number : weights.get(name)) {
        if (wide) {
          data.putDouble(number);
        } else {
          data.putFloat((float) number);
        }
      }
      entries.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(name, wide ? "F64" : "F32", shapes.get(name), from, data.position()));
    }
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + header.length + data.position())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data.flip())
        .array();
  }
}
