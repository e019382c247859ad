package dev.simoom.models.sae.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simoom.models.sae.Normalisation;
import dev.simoom.models.sae.SaeConfig;
import dev.simoom.models.sae.SparseAutoencoder;
import dev.simoom.models.sae.Sparsity;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The layout of sparsify. Its autoencoders compute what ours do, with the k largest latents of rows
 * as they are: {@code z = TopK(ReLU(W (x - b_dec) + b))} and {@code xhat = z W_dec + b_dec}.
 */
final class SparsifyLayout {
  static final String WEIGHTS = "sae.safetensors";

  /** Latents per number of a row, and latents kept, where the settings do not say. */
  private static final int USUAL_EXPANSION = 32;

  private static final int USUAL_K = 32;

  private SparsifyLayout() {}

  static SparseAutoencoder read(Path folder) throws IOException {
    LayoutConfig cfg = LayoutConfig.read(folder);
    int width = cfg.count("d_in");
    SaeConfig config =
        SaeConfig.topK(width, latents(cfg, width), 1).withNormalisation(Normalisation.NONE);
    config = config.withSparsity(sparsity(cfg, config.latents()));
    Shape matrix = Shape.of(config.latents(), width);
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("encoder.weight", matrix);
    shapes.put("encoder.bias", Shape.of(config.latents()));
    shapes.put("W_dec", matrix);
    shapes.put("b_dec", Shape.of(width));
    try (Scope _ = Scope.open();
        LayoutWeights weights = LayoutWeights.open(folder.resolve(WEIGHTS), shapes)) {
      return autoencoder(config, weights);
    }
  }

  private static int latents(LayoutConfig cfg, int width) throws IOException {
    int given = cfg.countOrZero("num_latents");
    if (given > 0) {
      return given;
    }
    int expansion = cfg.has("expansion_factor") ? cfg.count("expansion_factor") : USUAL_EXPANSION;
    if ((long) width * expansion > Integer.MAX_VALUE) {
      throw cfg.refused("expansion_factor", "more latents than can be numbered");
    }
    return width * expansion;
  }

  private static Sparsity sparsity(LayoutConfig cfg, int latents) throws IOException {
    if (!cfg.text("activation", "topk").equals("topk")) {
      throw cfg.refused("activation", "and topk alone is read");
    }
    cfg.refuseSet("transcode", "and autoencoders alone are read");
    cfg.refuseSet("skip_connection", "and autoencoders without one alone are read");
    cfg.refuseSet("embed_skip", "and autoencoders without one alone are read");
    cfg.refuseSet("gram_lookup", "and autoencoders without one alone are read");
    cfg.refuseSet("signed", "and latents that are 0 or more alone are read");
    int k = cfg.has("k") ? cfg.count("k") : USUAL_K;
    if (k > latents) {
      throw cfg.refused("k", "more than the latents, " + latents);
    }
    return new Sparsity.TopK(k, cfg.flag("multi_topk", false));
  }

  private static SparseAutoencoder autoencoder(SaeConfig config, LayoutWeights weights)
      throws IOException {
    SparseAutoencoder sae = new SparseAutoencoder(config);
    try {
      sae.encoderWeight().assign(weights.read("encoder.weight"));
      sae.encoderBias().assign(weights.read("encoder.bias"));
      sae.decoderWeight().assign(weights.read("W_dec"));
      sae.preBias().assign(weights.read("b_dec"));
      return sae;
    } catch (Throwable e) {
      sae.close();
      throw e;
    }
  }

  static void write(SparseAutoencoder sae, Path folder) throws IOException {
    SaeConfig config = sae.config();
    if (!(config.sparsity() instanceof Sparsity.TopK(int k, boolean multi))) {
      throw new IllegalArgumentException(
          "sparsify has TopK autoencoders alone, and this one has %s".formatted(config.sparsity()));
    }
    if (config.normalisation() != Normalisation.NONE) {
      throw new IllegalArgumentException(
          "sparsify takes rows as they are, and this autoencoder normalises them (%s), which no"
                  .formatted(config.normalisation().label())
              + " weights can do");
    }
    ObjectNode cfg = LayoutConfig.empty();
    cfg.put("activation", "topk");
    cfg.put("expansion_factor", Math.max(1, config.latents() / config.width()));
    cfg.put("normalize_decoder", true);
    cfg.put("num_latents", config.latents());
    cfg.put("k", k).put("multi_topk", multi);
    cfg.put("skip_connection", false).put("transcode", false);
    cfg.put("d_in", config.width());
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope _ = Scope.open()) {
      tensors.put("encoder.weight", sae.encoderWeight().value());
      tensors.put("encoder.bias", sae.encoderBias().value());
      tensors.put("W_dec", sae.decoderWeight().value());
      tensors.put("b_dec", sae.preBias().value());
      LayoutWeights.write(folder.resolve(WEIGHTS), tensors);
    }
    LayoutConfig.write(folder, cfg);
  }
}
