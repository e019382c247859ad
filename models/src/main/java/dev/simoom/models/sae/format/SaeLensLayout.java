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
import org.jspecify.annotations.Nullable;

/**
 * The layout of SAELens 6, and of the older ones that it reads. Its autoencoders compute
 *
 * <pre>
 * pre = (x - b_dec) W_enc + b_enc
 * xhat = z W_dec + b_dec
 * </pre>
 *
 * <p>with W_enc [d_in, d_sae] and W_dec [d_sae, d_in], of rows x that are normalised if so asked.
 */
final class SaeLensLayout {
  static final String WEIGHTS = "sae_weights.safetensors";

  /** The version whose layout this is; without one SAELens takes the settings for older ones. */
  private static final String VERSION = "6.18.0";

  private static final String TOPK_THRESHOLD = "topk_threshold";
  private static final String RESCALED = "rescale_acts_by_decoder_norm";

  /** What SAELens keeps norms of the decoder from 0 with. */
  private static final double LEAST_NORM = 1e-8;

  private SaeLensLayout() {}

  // ---------------------------------------------------------------- reading

  static SparseAutoencoder read(Path folder) throws IOException {
    LayoutConfig cfg = LayoutConfig.read(folder);
    int width = cfg.count("d_in");
    int latents = cfg.count("d_sae");
    String architecture = architecture(cfg);
    Sparsity sparsity = sparsity(cfg, architecture, latents);
    boolean inTraining = architecture.endsWith("batchtopk");
    boolean rescaled = architecture.endsWith("topk") && cfg.flag(RESCALED, inTraining);
    boolean centred = cfg.flag("apply_b_dec_to_input", true);
    cfg.refuseSet("finetuning_scaling_factor", "which is not read; fold it into W_dec");
    SaeConfig config = new SaeConfig(width, latents, sparsity, normalisation(cfg));
    try (Scope _ = Scope.open();
        LayoutWeights weights =
            LayoutWeights.open(folder.resolve(WEIGHTS), shapes(config, inTraining))) {
      Weights read = Weights.read(weights, sparsity, inTraining);
      Weights ours = centred ? read : read.withBiasNotSubtracted();
      return (rescaled ? ours.withUnitDecoder() : ours).autoencoder(config);
    }
  }

  /** Older settings have TopK as an activation function of the standard architecture. */
  private static String architecture(LayoutConfig cfg) throws IOException {
    String key = cfg.has("activation_fn") ? "activation_fn" : "activation_fn_str";
    String activation = cfg.text(key, "relu");
    return switch (activation) {
      case "relu" -> cfg.text("architecture", "standard");
      case "topk" -> "topk";
      default -> throw cfg.refused(key, "and relu and topk alone are read");
    };
  }

  private static Sparsity sparsity(LayoutConfig cfg, String architecture, int latents)
      throws IOException {
    return switch (architecture) {
      case "standard" -> new Sparsity.ReluL1(0);
      case "topk" -> {
        boolean old = !cfg.has("k") && cfg.has("activation_fn_kwargs");
        int k = old ? cfg.count("activation_fn_kwargs", "k") : cfg.count("k");
        if (k > latents) {
          throw cfg.refused(
              old ? "activation_fn_kwargs" : "k", "more than the latents, " + latents);
        }
        yield new Sparsity.TopK(k);
      }
      case "jumprelu", "batchtopk", "matryoshka_batchtopk" -> new Sparsity.JumpRelu(0);
      case "gated" -> new Sparsity.Gated(0);
      default ->
          throw cfg.refused(
              "architecture",
              "and standard, topk, jumprelu, gated, batchtopk and matryoshka_batchtopk alone are"
                  + " read");
    };
  }

  private static Normalisation normalisation(LayoutConfig cfg) throws IOException {
    String key = "normalize_activations";
    return switch (cfg.text(key, "none")) {
      case "none" -> Normalisation.NONE;
      case "layer_norm" -> Normalisation.LAYER_NORM;
      case "constant_norm_rescale" -> Normalisation.CONSTANT_NORM;
      case "expected_average_only_in" ->
          throw cfg.refused(
              key,
              "whose factor is not in the files; let SAELens fold it in"
                  + " (fold_activation_norm_scaling_factor)");
      default ->
          throw cfg.refused(key, "and none, layer_norm and constant_norm_rescale alone are read");
    };
  }

  private static SequencedMap<String, Shape> shapes(SaeConfig config, boolean inTraining) {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    Shape vector = Shape.of(config.latents());
    shapes.put("W_enc", Shape.of(config.width(), config.latents()));
    shapes.put("W_dec", Shape.of(config.latents(), config.width()));
    shapes.put("b_dec", Shape.of(config.width()));
    if (config.sparsity() instanceof Sparsity.Gated) {
      shapes.put("b_gate", vector);
      shapes.put("b_mag", vector);
      shapes.put("r_mag", vector);
    } else {
      shapes.put("b_enc", vector);
    }
    if (inTraining) {
      shapes.put(TOPK_THRESHOLD, Shape.SCALAR);
    } else if (config.sparsity() instanceof Sparsity.JumpRelu) {
      shapes.put("threshold", vector);
    }
    return shapes;
  }

  /**
   * What a file says, on its way to our form.
   *
   * @param encoder [latents, width]
   * @param bias b_enc, or b_gate where there are gates
   * @param threshold with JumpReLU, one for each latent
   * @param magnitudeBias b_mag, with gates
   * @param logScale r_mag, with gates
   */
  private record Weights(
      Tensor encoder,
      Tensor bias,
      Tensor decoder,
      Tensor outputBias,
      @Nullable Tensor threshold,
      @Nullable Tensor magnitudeBias,
      @Nullable Tensor logScale) {

    static Weights read(LayoutWeights file, Sparsity sparsity, boolean inTraining)
        throws IOException {
      boolean gated = sparsity instanceof Sparsity.Gated;
      Tensor bias = file.read(gated ? "b_gate" : "b_enc");
      Tensor threshold = null;
      if (inTraining) {
        threshold = file.read(TOPK_THRESHOLD).expand(bias.shape());
      } else if (sparsity instanceof Sparsity.JumpRelu) {
        // Behind ReLU a threshold below 0 is as good as 0.
        threshold = file.read("threshold").relu();
      }
      return new Weights(
          file.read("W_enc").transpose(),
          bias,
          file.read("W_dec"),
          file.read("b_dec"),
          threshold,
          gated ? file.read("b_mag") : null,
          gated ? file.read("r_mag") : null);
    }

    /** For rows from which b_dec is not subtracted: the biases take back that we subtract it. */
    Weights withBiasNotSubtracted() {
      Tensor shift = encoder.matmul(outputBias.unsqueeze(1)).squeeze(1);
      Tensor magnitude =
          magnitudeBias == null || logScale == null
              ? null
              : magnitudeBias.add(logScale.exp().mul(shift));
      return new Weights(
          encoder, bias.add(shift), decoder, outputBias, threshold, magnitude, logScale);
    }

    /** For latents that are multiplied by the decoder's norms: the encoder does that. */
    Weights withUnitDecoder() {
      Tensor norm = decoder.square().sumKeep(-1).sqrt().maximum(Tensor.scalar(LEAST_NORM));
      Tensor column = norm.squeeze(1);
      // Thresholds were found for latents as they are after the multiplication, and no architecture
      // that has gates multiplies.
      return new Weights(
          encoder.mul(norm),
          bias.mul(column),
          decoder.div(norm),
          outputBias,
          threshold,
          magnitudeBias,
          logScale);
    }

    SparseAutoencoder autoencoder(SaeConfig config) {
      SparseAutoencoder sae = new SparseAutoencoder(config);
      try {
        sae.encoderWeight().assign(encoder);
        sae.encoderBias().assign(bias);
        sae.decoderWeight().assign(decoder);
        sae.preBias().assign(outputBias);
        if (threshold != null) {
          sae.threshold().assign(threshold);
        }
        if (magnitudeBias != null && logScale != null) {
          sae.magnitudeBias().assign(magnitudeBias);
          sae.logScale().assign(logScale);
        }
        return sae;
      } catch (Throwable e) {
        sae.close();
        throw e;
      }
    }
  }

  // ---------------------------------------------------------------- writing

  static void write(SparseAutoencoder sae, Path folder) throws IOException {
    SaeConfig config = sae.config();
    ObjectNode cfg = LayoutConfig.empty();
    cfg.put("architecture", architecture(sae));
    cfg.put("d_in", config.width()).put("d_sae", config.latents());
    cfg.put("dtype", "float32").put("device", "cpu");
    cfg.put("apply_b_dec_to_input", true);
    cfg.put(
        "normalize_activations",
        switch (config.normalisation()) {
          case UNIT_NORM, LAYER_NORM -> "layer_norm";
          case CONSTANT_NORM -> "constant_norm_rescale";
          case NONE -> "none";
        });
    cfg.put("reshape_activations", "none");
    if (config.sparsity() instanceof Sparsity.TopK(int k, _)) {
      cfg.put("k", k).put(RESCALED, false);
    }
    cfg.putObject("metadata").put("sae_lens_version", VERSION);
    try (Scope _ = Scope.open()) {
      LayoutWeights.write(folder.resolve(WEIGHTS), tensors(sae));
    }
    LayoutConfig.write(folder, cfg);
  }

  private static String architecture(SparseAutoencoder sae) {
    return switch (sae.config().sparsity()) {
      case Sparsity.TopK _ -> "topk";
      case Sparsity.ReluL1 _ -> "standard";
      case Sparsity.Gated _ -> "gated";
      case Sparsity.JumpRelu _ -> {
        try (Scope _ = Scope.open()) {
          if (sae.threshold().value().min().item() < 0) {
            throw new IllegalArgumentException(
                "SAELens has no thresholds below 0, and some of the autoencoder's are");
          }
        }
        yield "jumprelu";
      }
      case Sparsity.BatchTopK _, Sparsity.Matryoshka _ ->
          throw new IllegalArgumentException(
              "SAELens reads %s as a jumprelu; write what training ends in, not what is trained"
                  .formatted(sae.config().sparsity()));
    };
  }

  /**
   * The weights. A row with standard deviation 1 is longer than one of norm 1 by a constant factor:
   * so are biases, thresholds and with them the latents, while the matrices stay.
   */
  private static SequencedMap<String, Tensor> tensors(SparseAutoencoder sae) {
    boolean unit = sae.config().normalisation() == Normalisation.UNIT_NORM;
    double factor = unit ? Math.sqrt(Math.max(1, sae.config().width() - 1)) : 1;
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("W_enc", sae.encoderWeight().value().transpose().copy());
    tensors.put("W_dec", sae.decoderWeight().value());
    tensors.put("b_dec", sae.preBias().value().mul(factor));
    Tensor bias = sae.encoderBias().value().mul(factor);
    if (sae.config().sparsity() instanceof Sparsity.Gated) {
      tensors.put("b_gate", bias);
      tensors.put("b_mag", sae.magnitudeBias().value().mul(factor));
      tensors.put("r_mag", sae.logScale().value());
    } else {
      tensors.put("b_enc", bias);
    }
    if (sae.config().sparsity() instanceof Sparsity.JumpRelu) {
      tensors.put("threshold", sae.threshold().value().mul(factor));
    }
    return tensors;
  }
}
