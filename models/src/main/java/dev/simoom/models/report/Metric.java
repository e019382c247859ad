package dev.simoom.models.report;

import java.util.Locale;

/** A headline number of a run: its key in {@code metrics.json} and how a page explains it. */
public enum Metric {
  /** Cross-entropy of the language model on held-out text, nats per token. */
  LM_LOSS(
      "lm.loss",
      Group.LANGUAGE_MODEL,
      "Held-out loss",
      Format.NATS,
      "Cross-entropy per token on text the model never saw. Lower is better."),
  /** The same per byte of text, in bits. */
  LM_BITS_PER_BYTE(
      "lm.bits_per_byte",
      Group.LANGUAGE_MODEL,
      "Bits per byte",
      Format.DECIMAL,
      "What the model needs to encode one byte of unseen text. Plain text takes 8."),
  /** Bits per byte of a byte n-gram model on the same split. */
  LM_BASELINE_BITS_PER_BYTE(
      "lm.baseline_bits_per_byte",
      Group.LANGUAGE_MODEL,
      "Byte n-gram baseline",
      Format.DECIMAL,
      "Bits per byte of a simple counting model on the same split, for comparison."),
  /** Fraction of variance unexplained. */
  SAE_FVU(
      "sae.fvu",
      Group.AUTOENCODER,
      "Variance unexplained",
      Format.DECIMAL,
      "Share of the activations' variance the reconstruction misses (FVU). 0 is perfect."),
  /** Mean cosine between an activation and its reconstruction. */
  SAE_COSINE(
      "sae.cosine",
      Group.AUTOENCODER,
      "Cosine similarity",
      Format.DECIMAL,
      "Between an activation and its reconstruction, on average. 1 is the same direction."),
  /** Mean norm of a reconstruction over that of its activation. */
  SAE_L2_RATIO(
      "sae.l2_ratio",
      Group.AUTOENCODER,
      "Norm ratio",
      Format.DECIMAL,
      "How long reconstructions are beside the activations. Below 1 they shrink."),
  /** What reconstructions would have to be divided by to fit best. */
  SAE_RECONSTRUCTION_BIAS(
      "sae.reconstruction_bias",
      Group.AUTOENCODER,
      "Reconstruction bias",
      Format.DECIMAL,
      "Dividing all reconstructions by this would fit best. 1 means no systematic shrinking."),
  /** Mean number of active features. */
  SAE_L0(
      "sae.l0",
      Group.AUTOENCODER,
      "Active features",
      Format.COUNT,
      "Features in use at a time, on average (L0). Fewer are easier to read."),
  /** Share of features that never fire. */
  SAE_DEAD_FRACTION(
      "sae.dead_fraction",
      Group.AUTOENCODER,
      "Dead features",
      Format.PERCENT,
      "Share of the dictionary that never became active. Lower is better."),
  /** Mean loss of the best single latents on yes-or-no questions about tokens, nats. */
  SAE_PROBE_LOSS(
      "sae.probe_loss",
      Group.AUTOENCODER,
      "Probe loss",
      Format.NATS,
      "How surely the best single feature answers simple questions about tokens. 0 is always."),
  /** The same without any latent, nats. */
  SAE_PROBE_LOSS_BASE(
      "sae.probe_loss_base",
      Group.AUTOENCODER,
      "Probe loss without features",
      Format.NATS,
      "Knowing how often the answer is yes, and no more."),
  /** Cross-entropy recovered against zero ablation. */
  SAE_CE_RECOVERED(
      "sae.ce_recovered",
      Group.SPLICED,
      "Recovered against zero",
      Format.PERCENT,
      "Of the loss that zeroing the layer costs, the part the reconstruction saves."),
  /** Cross-entropy recovered against mean ablation. */
  SAE_CE_RECOVERED_MEAN(
      "sae.ce_recovered_mean",
      Group.SPLICED,
      "Recovered against mean",
      Format.PERCENT,
      "The same against replacing the layer by its mean, a harder comparison."),
  /** Divergence of the spliced model from the original, nats per token. */
  SAE_KL(
      "sae.kl",
      Group.SPLICED,
      "KL to the original",
      Format.NATS,
      "How far predictions move when the reconstruction takes the layer's place."),
  /** Sparsity of the effects of latents on the logits. */
  SAE_ABLATION_SPARSITY(
      "sae.ablation_sparsity",
      Group.SPLICED,
      "Spread of a feature's effect",
      Format.PERCENT,
      "Share of the logits that removing a feature moves. Lower is easier to understand."),
  /** The same of the residual stream's own coordinates. */
  SAE_ABLATION_SPARSITY_CHANNELS(
      "sae.ablation_sparsity_channels",
      Group.SPLICED,
      "Spread of a coordinate's",
      Format.PERCENT,
      "The same for a coordinate of the layer instead of a feature."),
  /** Cross-entropy of the untouched model, nats per token. */
  SAE_CE_CLEAN(
      "sae.ce_clean", Group.CROSS_ENTROPY, "Original model", Format.NATS, "Nothing replaced."),
  /** Cross-entropy with the reconstruction in place, nats per token. */
  SAE_CE_SPLICED(
      "sae.ce_spliced",
      Group.CROSS_ENTROPY,
      "Reconstruction",
      Format.NATS,
      "The layer replaced by the autoencoder's reconstruction."),
  /** Cross-entropy with the layer replaced by its mean, nats per token. */
  SAE_CE_MEAN_ABLATED(
      "sae.ce_mean_ablated",
      Group.CROSS_ENTROPY,
      "Mean",
      Format.NATS,
      "The layer replaced by its average."),
  /** Cross-entropy with the layer replaced by zeros, nats per token. */
  SAE_CE_ZERO_ABLATED(
      "sae.ce_zero_ablated",
      Group.CROSS_ENTROPY,
      "Zeros",
      Format.NATS,
      "The layer replaced by zeros.");

  enum Group {
    LANGUAGE_MODEL("Language model"),
    AUTOENCODER("Sparse autoencoder"),
    SPLICED("What the features preserve"),
    CROSS_ENTROPY("Cross-entropy on held-out text");

    final String title;

    Group(String title) {
      this.title = title;
    }
  }

  private enum Format {
    NATS,
    DECIMAL,
    COUNT,
    PERCENT
  }

  private final String key;
  private final Group group;
  private final String label;
  private final Format format;
  private final String meaning;

  Metric(String key, Group group, String label, Format format, String meaning) {
    this.key = key;
    this.group = group;
    this.label = label;
    this.format = format;
    this.meaning = meaning;
  }

  /** The key of this number in {@code metrics.json}. */
  public String key() {
    return key;
  }

  /** What a page calls this number. */
  public String label() {
    return label;
  }

  /** What this number says, in a line. */
  public String meaning() {
    return meaning;
  }

  Group group() {
    return group;
  }

  /** The value as a reader should see it, without its unit. */
  String text(double value) {
    if (!Double.isFinite(value)) {
      return "not finite";
    }
    return switch (format) {
      case NATS, DECIMAL -> String.format(Locale.ROOT, "%.3f", value);
      case COUNT -> String.format(Locale.ROOT, "%.1f", value);
      case PERCENT -> String.format(Locale.ROOT, "%.1f", 100 * value);
    };
  }

  /** The unit behind the text, may be empty. */
  String unit() {
    return switch (format) {
      case NATS -> "nats";
      case PERCENT -> "%";
      case DECIMAL, COUNT -> "";
    };
  }
}
