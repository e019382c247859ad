package dev.simoom.models.job;

import dev.simoom.models.sae.Sparsity;
import java.util.Locale;

/** What keeps an autoencoder's code sparse, as users choose it. */
public enum SparsityChoice {
  /** The k largest latents of each activation. */
  TOPK,
  /** The same, trained so that the code stays good with another k. */
  MULTI_TOPK,
  /** The largest latents of a batch, k for each activation on average. */
  BATCH_TOPK,
  /** The same, with nested dictionaries that each reconstruct alone. */
  MATRYOSHKA,
  /** All positive latents, with a penalty on their sum. */
  RELU_L1,
  /** Latents above trained thresholds, with a penalty on their number. */
  JUMPRELU,
  /** Latents behind gates of their own, with a penalty on what opens these. */
  GATED;

  /** Whether a penalty rather than k decides how many latents are active. */
  public boolean isPenalised() {
    return sparsity(1, 1, 0).isPenalised();
  }

  /** The weight of the penalty where users name none, for rows of norm 1; 0 without a penalty. */
  public double usualPenalty() {
    return switch (this) {
      case TOPK, MULTI_TOPK, BATCH_TOPK, MATRYOSHKA -> 0;
      case RELU_L1 -> 0.03;
      case GATED -> 0.1;
      case JUMPRELU -> 0.001;
    };
  }

  /** As users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return label();
  }

  /**
   * What it means for an autoencoder.
   *
   * @param k used without a penalty
   * @param latents size of the dictionary
   * @param penalty weight of the penalty where there is one
   */
  Sparsity sparsity(int k, int latents, double penalty) {
    return switch (this) {
      case TOPK -> new Sparsity.TopK(k);
      case MULTI_TOPK -> new Sparsity.TopK(k, true);
      case BATCH_TOPK -> new Sparsity.BatchTopK(k);
      case MATRYOSHKA -> Sparsity.Matryoshka.halves(k, latents);
      case RELU_L1 -> new Sparsity.ReluL1(penalty);
      case JUMPRELU -> new Sparsity.JumpRelu(penalty);
      case GATED -> new Sparsity.Gated(penalty);
    };
  }
}
