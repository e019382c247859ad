package dev.simoom.models.sae;

import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well single latents answer questions with the answer yes or no (Gao et al., "Scaling and
 * evaluating sparse autoencoders", arXiv 2406.04093, section 4.2): for each question the least
 * cross-entropy that logistic regression on the pre-activation of one latent reaches, over all
 * latents, averaged over the questions.
 *
 * <pre>
 * loss = min over latent i, w, b of mean(-y log s(w pre_i + b) - (1 - y) log(1 - s(w pre_i + b)))
 * </pre>
 *
 * <p>The regression is fitted to the {@value #CANDIDATES} latents that correlate most with the
 * answers. The square of the correlation is, but for a factor, what the first Newton step from w =
 * 0 promises to gain, so it ranks latents nearly as the fits do. Questions whose rarer answer is
 * rarer than {@value #LEAST_SHARE} are left out.
 */
public final class ProbeLoss {
  /** Latents of each question that are fitted. */
  static final int CANDIDATES = 32;

  /** The least share of rows that each answer must have. */
  static final double LEAST_SHARE = 0.01;

  private final SparseAutoencoder sae;
  private final int questions;
  private final List<float[]> rows = new ArrayList<>();
  private final List<float[]> answers = new ArrayList<>();

  /**
   * The best latent for a question.
   *
   * @param question its number
   * @param share share of the rows on which the answer is yes
   * @param latent the latent
   * @param loss mean cross-entropy of its logistic regression, in nats
   * @param baseLoss that of telling the share for every row, in nats
   */
  public record Probe(int question, double share, int latent, double loss, double baseLoss) {}

  /**
   * All questions that were not left out.
   *
   * @param probes one for each
   */
  public record Result(List<Probe> probes) {
    /** Copies the list. */
    public Result {
      probes = List.copyOf(probes);
    }

    /** The mean loss, not a number where all questions were left out. */
    public double loss() {
      return probes.stream().mapToDouble(Probe::loss).average().orElse(Double.NaN);
    }

    /** The mean loss without any latent. */
    public double baseLoss() {
      return probes.stream().mapToDouble(Probe::baseLoss).average().orElse(Double.NaN);
    }
  }

  /** Nothing added yet. */
  public ProbeLoss(SparseAutoencoder sae, int questions) {
    this.sae = sae;
    this.questions = questions;
  }

  /**
   * Adds rows.
   *
   * @param activations [n, width] in original units, row by row
   * @param yes 1 where the answer is yes and 0 where it is no, [n, questions]
   * @throws IllegalArgumentException if their numbers do not go together
   */
  public void add(float[] activations, float[] yes) {
    int width = sae.config().width();
    if (activations.length % width != 0 || yes.length != activations.length / width * questions) {
      throw new IllegalArgumentException(
          "ProbeLoss: %d answers to %d questions do not go with %d numbers in rows of %d"
              .formatted(yes.length, questions, activations.length, width));
    }
    rows.add(activations.clone());
    answers.add(yes.clone());
  }

  /**
   * Fits the latents.
   *
   * @throws IllegalStateException if no rows were added
   */
  public Result result() {
    if (rows.isEmpty()) {
      throw new IllegalStateException("ProbeLoss: no rows were added");
    }
    double[] shares = shares();
    int[] asked =
        IntStream.range(0, questions)
            .filter(q -> Math.min(shares[q], 1 - shares[q]) >= LEAST_SHARE)
            .toArray();
    return asked.length == 0 ? new Result(List.of()) : fit(asked, shares);
  }

  private double[] shares() {
    double[] shares = new double[questions];
    long count = 0;
    for (float[] batch : answers) {
      for (int i = 0; i < batch.length; i++) {
        shares[i % questions] += batch[i];
      }
      count += batch.length / questions;
    }
    long n = count;
    return Arrays.stream(shares).map(s -> s / n).toArray();
  }

  private Result fit(int[] asked, double[] shares) {
    int[][] candidates = candidates(asked);
    int each = candidates[0].length;
    double[] losses;
    try (Scope _ = Scope.open()) {
      losses = LogisticFit.losses(latents(candidates), answers(asked));
    }
    List<Probe> probes = new ArrayList<>();
    for (int q = 0; q < asked.length; q++) {
      int best = q * each;
      for (int i = best + 1; i < (q + 1) * each; i++) {
        best = losses[i] < losses[best] ? i : best;
      }
      double share = shares[asked[q]];
      double base = -share * StrictMath.log(share) - (1 - share) * StrictMath.log(1 - share);
      int latent = candidates[q][best - q * each];
      probes.add(new Probe(asked[q], share, latent, Math.min(base, losses[best]), base));
    }
    return new Result(probes);
  }

  /** For each question the latents that correlate most with the answers, the best first. */
  private int[][] candidates(int[] asked) {
    double[][] squared = squaredCorrelations(asked);
    int kept = Math.min(CANDIDATES, sae.config().latents());
    int[][] candidates = new int[asked.length][];
    for (int q = 0; q < asked.length; q++) {
      double[] row = squared[q];
      candidates[q] =
          IntStream.range(0, row.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> row[i]).reversed())
              .limit(kept)
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return candidates;
  }

  /** [questions asked, latents]; 0 for a latent that does not vary. */
  private double[][] squaredCorrelations(int[] asked) {
    Correlations sums = new Correlations(asked.length, sae.config().latents());
    for (int i = 0; i < rows.size(); i++) {
      try (Scope _ = Scope.open()) {
        sums.add(preActivations(rows.get(i)), chosen(answers.get(i), asked));
      }
    }
    return sums.squared();
  }

  private Tensor preActivations(float[] batch) {
    int width = sae.config().width();
    Tensor x = Tensor.of(Shape.of(batch.length / width, width), batch);
    return sae.preActivations(sae.normalise(x).rows());
  }

  /** The answers to some questions, [n, asked]. */
  private Tensor chosen(float[] batch, int[] asked) {
    Tensor all = Tensor.of(Shape.of(batch.length / questions, questions), batch);
    return all.indexSelect(1, Tensor.ofInts(Shape.of(asked.length), asked));
  }

  /** The pre-activations of the candidates over all rows, [asked, candidates, rows]. */
  private Tensor latents(int[][] candidates) {
    int[] flat = Arrays.stream(candidates).flatMapToInt(Arrays::stream).toArray();
    Tensor ids = Tensor.ofInts(Shape.of(flat.length), flat);
    List<Tensor> parts = new ArrayList<>();
    for (float[] batch : rows) {
      try (Scope scope = Scope.open()) {
        Tensor some = preActivations(batch).indexSelect(1, ids).transpose().copy();
        parts.add(scope.keep(some));
      }
    }
    return Tensor.concat(1, parts).reshape(candidates.length, candidates[0].length, -1);
  }

  /** The answers over all rows, [asked, 1, rows]. */
  private Tensor answers(int[] asked) {
    List<Tensor> parts = new ArrayList<>();
    for (float[] batch : answers) {
      parts.add(chosen(batch, asked).transpose());
    }
    return Tensor.concat(1, parts).unsqueeze(1);
  }

  /** Sums over batches of rows from which correlations follow. */
  private static final class Correlations {
    private final int questions;
    private final double[] z;
    private final double[] zz;
    private final double[] y;
    private final double[][] yz;
    private long count;

    Correlations(int questions, int latents) {
      this.questions = questions;
      z = new double[latents];
      zz = new double[latents];
      y = new double[questions];
      yz = new double[questions][latents];
    }

    /** Adds latents [n, latents] and answers [n, questions]. */
    void add(Tensor pre, Tensor yes) {
      addTo(z, pre.sum(0).toFloatArray(), 0);
      addTo(zz, pre.square().sum(0).toFloatArray(), 0);
      addTo(y, yes.sum(0).toFloatArray(), 0);
      float[] products = yes.transpose().matmul(pre).toFloatArray();
      for (int q = 0; q < questions; q++) {
        addTo(yz[q], products, q * z.length);
      }
      count += pre.shape().extent(0);
    }

    private static void addTo(double[] sums, float[] values, int from) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[from + i];
      }
    }

    double[][] squared() {
      double[][] squared = new double[questions][z.length];
      for (int q = 0; q < questions; q++) {
        double spreadOfAnswers = y[q] - y[q] * y[q] / count;
        for (int i = 0; i < z.length; i++) {
          double together = yz[q][i] - y[q] * z[i] / count;
          double spread = zz[i] - z[i] * z[i] / count;
          boolean varies = spread > 1e-6 * zz[i];
          squared[q][i] = varies ? together * together / (spread * spreadOfAnswers) : 0;
        }
      }
      return squared;
    }
  }
}
