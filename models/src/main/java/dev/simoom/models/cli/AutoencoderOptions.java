package dev.simoom.models.cli;

import dev.simoom.models.job.SparsityChoice;
import dev.simoom.models.sae.Normalisation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code simoom sae} about the autoencoder. */
final class AutoencoderOptions {
  @Option(
      names = "--activations",
      paramLabel = "FILE",
      description = "Train on activations from this safetensors file (F32, F16 or BF16).")
  @Nullable Path activations;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "The tensor in that file, [..., width]. Default: the only suitable one.")
  @Nullable String tensor;

  @Option(
      names = "--layer",
      paramLabel = "N",
      description =
          "Train on the residual stream after this many blocks. Default: three quarters of them.")
  @Nullable Integer layer;

  @Option(
      names = "--latents",
      paramLabel = "N",
      description = "Size of the dictionary. Default: ${DEFAULT-VALUE}.")
  int latents = 1024;

  @Option(
      names = "--sparsity",
      paramLabel = "NAME",
      description = "What keeps codes sparse: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  SparsityChoice sparsity = SparsityChoice.TOPK;

  @Option(
      names = "--k",
      paramLabel = "N",
      description =
          "Latents active for each activation, with batch-topk and matryoshka on average."
              + " Default: ${DEFAULT-VALUE}.")
  int k = 16;

  @Option(
      names = "--penalty",
      paramLabel = "X",
      description =
          "Weight of the penalty of relu-l1 (sum of latents), gated (sum of what opens gates) or"
              + " jumprelu (their number). Default: 0.03, 0.1 or 0.001.")
  @Nullable Double penalty;

  @Option(
      names = "--penalty-warmup",
      paramLabel = "N",
      description = "Steps over which the penalty grows from 0. Default: a twentieth of them.")
  @Nullable Long penaltyWarmup;

  @Option(
      names = "--normalisation",
      paramLabel = "NAME",
      description =
          "What is done to activations before encoding and undone after:"
              + " ${COMPLETION-CANDIDATES}. Penalties that suit one do not suit another. Default:"
              + " ${DEFAULT-VALUE}.")
  Normalisation normalisation = Normalisation.UNIT_NORM;

  @Option(
      names = "--k-aux",
      paramLabel = "N",
      description = "Dead latents that the auxiliary loss revives. Default: half the width.")
  @Nullable Integer kAux;

  @Option(
      names = "--sae-steps",
      paramLabel = "N",
      description = "Training steps. Default: ${DEFAULT-VALUE}.")
  long steps = 1500;

  @Option(
      names = "--sae-batch",
      paramLabel = "N",
      description = "Activations in each step. Default: ${DEFAULT-VALUE}.")
  int batch = 2048;

  @Option(
      names = "--sae-rate",
      paramLabel = "X",
      description = "Peak learning rate. Default: ${DEFAULT-VALUE}.")
  double rate = 1e-3;

  @Option(
      names = "--buffer",
      paramLabel = "N",
      description = "Activations in the shuffling buffer. Default: ${DEFAULT-VALUE}.")
  int buffer = 32_768;

  @Option(
      names = "--dead-after",
      paramLabel = "N",
      description =
          "A latent is dead after this many activations without firing. Default:"
              + " ${DEFAULT-VALUE}.")
  long deadAfter = 1 << 17;

  @Option(names = "--no-aux", description = "Leave dead latents to themselves.")
  boolean noAux;

  @Option(names = "--untied", description = "Start the encoder in directions of its own.")
  boolean untied;

  @Option(
      names = "--features",
      paramLabel = "N",
      description = "Features in the report. Default: ${DEFAULT-VALUE}.")
  int features = 96;
}
