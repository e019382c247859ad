package dev.simoom.models.sae;

import java.util.List;
import java.util.stream.IntStream;

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
   * Whether what a row keeps depends on the rows beside it, so that training ends in another kind,
   * a {@link JumpRelu}.
   */
  default boolean selectsOverBatch() {
    return false;
  }

  /**
   * Only the largest latents of a row are kept, and of these only positive ones; the loss is the
   * reconstruction alone.
   *
   * @param k how many are kept
   * @param multi whether the loss is {@code L(k) + L(4k) / 8}, the second term being the error of a
   *     reconstruction from four times as many latents, or from all if there are not as many
   *     (Multi-TopK, section 4.2 of the paper): the code then stays good where it is read with
   *     another k
   */
  record TopK(int k, boolean multi) implements Sparsity {
    /** How many times k the second term keeps. */
    static final int MULTIPLE = 4;

    /** Weight of the second term. */
    static final double WEIGHT = 1.0 / 8;

    /** Checks k. */
    public TopK {
      checkK("TopK", k);
    }

    /** With the error at k as the only one. */
    public TopK(int k) {
      this(k, false);
    }

    /** How many latents the loss looks at. */
    int widest(int latents) {
      return multi ? (int) Math.min((long) MULTIPLE * k, latents) : k;
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

    @Override
    public boolean selectsOverBatch() {
      return true;
    }
  }

  /**
   * Latents are kept as with {@link BatchTopK}, and the loss is the mean of the errors of several
   * reconstructions, from the latents of each prefix of the dictionary alone; every prefix counts
   * the same (Bussmann, Nabeshima, Karvonen and Nanda, arXiv 2503.17547, which adds the errors up).
   * The first latents then hold what is common, and what is special does not take it over.
   *
   * @param k how many are kept for each row, on average over the batch
   * @param prefixes how many latents each prefix has, growing; the last has all
   */
  record Matryoshka(int k, List<Integer> prefixes) implements Sparsity {
    private static final int MOST_HALVINGS = 4;

    /**
     * Checks k and the prefixes.
     *
     * @throws IllegalArgumentException if k is not above 0, or the prefixes do not grow
     */
    public Matryoshka {
      checkK("Matryoshka", k);
      prefixes = List.copyOf(prefixes);
      int before = 0;
      for (int prefix : prefixes) {
        if (prefix <= before) {
          throw new IllegalArgumentException(
              "Matryoshka: prefixes must be above 0 and grow, got " + prefixes);
        }
        before = prefix;
      }
      if (prefixes.isEmpty()) {
        throw new IllegalArgumentException("Matryoshka: at least one prefix is needed");
      }
    }

    /** With all latents, half of them, and so on down to a sixteenth, as prefixes. */
    public static Matryoshka halves(int k, int latents) {
      return new Matryoshka(
          k,
          IntStream.rangeClosed(-MOST_HALVINGS, 0)
              .map(halvings -> latents >> -halvings)
              .filter(prefix -> prefix > 0)
              .boxed()
              .toList());
    }

    @Override
    public boolean selectsOverBatch() {
      return true;
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

  /**
   * A gate of each latent's own says whether it is active, and another function how much; both
   * share the encoder's weights. The loss grows with the sum of what opens gates, and has the error
   * of a reconstruction from that beside the main one, through decoder and bias that it does not
   * move (Rajamanoharan et al., arXiv 2404.16014).
   *
   * @param coefficient what the mean over rows of the gates' sum is multiplied by in the loss
   */
  record Gated(double coefficient) implements Sparsity {
    /** Checks the coefficient. */
    public Gated {
      checkCoefficient("Gated", coefficient);
    }

    @Override
    public double penalty() {
      return coefficient;
    }

    @Override
    public Gated withPenalty(double other) {
      return new Gated(other);
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
