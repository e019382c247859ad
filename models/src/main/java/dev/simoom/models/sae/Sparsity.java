package dev.simoom.models.sae;

/** What keeps the code of an autoencoder sparse. */
public sealed interface Sparsity {

  /** The weight of the penalty in the loss, 0 where there is none. */
  default double penalty() {
    return 0;
  }

  /**
   * The same with another weight of the penalty.
   *
   * @throws IllegalArgumentException if this has no penalty, or the weight cannot be one
   */
  default Sparsity withPenalty(double coefficient) {
    throw new IllegalArgumentException(
        "%s has no penalty whose weight could be %s".formatted(this, coefficient));
  }

  /** Whether the loss has a penalty, and its weight is a setting. */
  default boolean isPenalised() {
    return false;
  }

  /**
   * Only the largest latents of a row are kept, and of these only positive ones; the loss is the
   * reconstruction alone.
   *
   * @param k how many are kept
   */
  record TopK(int k) implements Sparsity {
    /** Checks k. */
    public TopK {
      checkK("TopK", k);
    }
  }

  /**
   * Only the largest latents of a whole batch are kept, {@code k} for each row on average, and of
   * these only positive ones; the loss is the reconstruction alone (Bussmann, Leask and Nanda,
   * arXiv 2412.06410). What a row keeps then depends on the rows beside it, so training ends in a
   * {@link JumpRelu} whose threshold is a running mean of the least value kept ({@link
   * SaeTrainer#averaged}).
   *
   * @param k how many are kept for each row, on average over the batch
   */
  record BatchTopK(int k) implements Sparsity {
    /** Checks k. */
    public BatchTopK {
      checkK("BatchTopK", k);
    }
  }

  /**
   * All positive latents are kept, and the loss grows with their sum: the older method, for
   * comparison. The decoder's rows have norm 1, so that the sum needs no weights.
   *
   * @param coefficient what the mean over rows of the latents' sum is multiplied by in the loss
   */
  record ReluL1(double coefficient) implements Sparsity {
    /** Checks the coefficient. */
    public ReluL1 {
      checkCoefficient("ReluL1", coefficient);
    }

    @Override
    public double penalty() {
      return coefficient;
    }

    @Override
    public ReluL1 withPenalty(double other) {
      return new ReluL1(other);
    }

    @Override
    public boolean isPenalised() {
      return true;
    }
  }

  /**
   * Latents above a threshold of their own are kept as they are, and the loss grows with their
   * number; the thresholds are trained (Rajamanoharan et al., arXiv 2407.14435).
   *
   * @param coefficient what the mean number of active latents per row is multiplied by in the loss
   * @param bandwidth extent of the interval around a threshold in which latents move it
   */
  record JumpRelu(double coefficient, double bandwidth) implements Sparsity {
    /** A bandwidth for rows of norm 1. */
    public static final double USUAL_BANDWIDTH = 0.05;

    /** What the thresholds are before training, for rows of norm 1. */
    static final double FIRST_THRESHOLD = 0.01;

    /**
     * Checks coefficient and bandwidth.
     *
     * @throws IllegalArgumentException if the coefficient is negative, the bandwidth is not above
     *     0, or one is not finite
     */
    public JumpRelu {
      checkCoefficient("JumpRelu", coefficient);
      if (!(bandwidth > 0 && bandwidth < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "JumpRelu: the bandwidth must be finite and above 0, got " + bandwidth);
      }
    }

    /** With the usual bandwidth. */
    public JumpRelu(double coefficient) {
      this(coefficient, USUAL_BANDWIDTH);
    }

    @Override
    public double penalty() {
      return coefficient;
    }

    @Override
    public JumpRelu withPenalty(double other) {
      return new JumpRelu(other, bandwidth);
    }

    @Override
    public boolean isPenalised() {
      return true;
    }
  }

  private static void checkK(String name, int k) {
    if (k < 1) {
      throw new IllegalArgumentException(name + ": k must be at least 1, got " + k);
    }
  }

  private static void checkCoefficient(String name, double coefficient) {
    if (!(coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + ": the coefficient must be finite and >= 0, got " + coefficient);
    }
  }
}
