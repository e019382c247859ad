package dev.simoom.models.sae;

/** What keeps the code of an autoencoder sparse. */
public sealed interface Sparsity {

  /**
   * Only the largest latents of a row are kept, and of these only positive ones; the loss is the
   * reconstruction alone.
   *
   * @param k how many are kept
   */
  record TopK(int k) implements Sparsity {
    /** Checks k. */
    public TopK {
      if (k < 1) {
        throw new IllegalArgumentException("TopK: k must be at least 1, got " + k);
      }
    }
  }

  /**
   * All positive latents are kept, and the loss grows with their sum: the older method, for
   * comparison.
   *
   * @param coefficient what the mean over rows of the latents' sum is multiplied by in the loss
   */
  record ReluL1(double coefficient) implements Sparsity {
    /** Checks the coefficient. */
    public ReluL1 {
      if (!(coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "ReluL1: the coefficient must be finite and >= 0, got " + coefficient);
      }
    }
  }
}
