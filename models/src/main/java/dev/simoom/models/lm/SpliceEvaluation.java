package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.nn.Losses;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Tensor;
import java.util.List;

/**
 * What replacing the residual stream after a layer does to the model's predictions.
 *
 * @param clean cross-entropy of the untouched model, in nats per token
 * @param spliced with every activation replaced by its reconstruction
 * @param zeroAblated with every activation replaced by zeros
 * @param meanAblated with every activation replaced by their mean
 * @param kl Kullback-Leibler divergence of the spliced model's predictions from the clean ones,
 *     KL(clean || spliced), in nats per token
 */
public record SpliceEvaluation(
    double clean, double spliced, double zeroAblated, double meanAblated, double kl) {

  /** Share of the loss by zero ablation that the reconstruction avoids: 1 is perfect. */
  public double recoveredAgainstZero() {
    return (zeroAblated - spliced) / (zeroAblated - clean);
  }

  /** Share of the loss by mean ablation that the reconstruction avoids: 1 is perfect. */
  public double recoveredAgainstMean() {
    return (meanAblated - spliced) / (meanAblated - clean);
  }

  /**
   * What is to be added up of a batch, each F32 [batch, context]: cross-entropy clean and spliced,
   * and the divergence.
   *
   * @param stream the residual stream [batch, context, width] after the layer
   * @param rebuilt its reconstruction
   * @param targets I32 [batch, context]
   */
  public static List<Tensor> compare(
      LanguageModel model, int layer, Tensor stream, Tensor rebuilt, Tensor targets) {
    Tensor clean = model.logitsFrom(stream, layer);
    Tensor spliced = model.logitsFrom(rebuilt, layer);
    Tensor logP = clean.logSoftmax(-1);
    return List.of(
        Losses.crossEntropyEach(clean, targets, 0),
        Losses.crossEntropyEach(spliced, targets, 0),
        logP.exp().mul(logP.sub(spliced.logSoftmax(-1))).sum(-1));
  }

  /** Adds up what batches of windows give. */
  public static final class Sums {
    private final LanguageModel model;
    private final int layer;
    private final double[] sums = new double[3];
    private final long[] targets;
    private long tokens;

    /** Nothing added yet. */
    public Sums(LanguageModel model, int layer) {
      this.model = model;
      this.layer = layer;
      targets = new long[model.vocabulary()];
    }

    /**
     * Adds a batch.
     *
     * @param compared as {@link #compare} gives it
     */
    public void add(TokenBatches.Evaluation windows, List<Tensor> compared) {
      int context = Math.toIntExact(compared.getFirst().shape().extent(-1));
      int count = windows.rows() * context;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += LmEvaluation.sumOfFirst(compared.get(i), count);
      }
      for (int i = 0; i < windows.rows() * (context + 1); i++) {
        if (i % (context + 1) > 0) {
          targets[windows.windows()[i]]++;
        }
      }
      tokens += count;
    }

    /**
     * What was added so far.
     *
     * @param mean the mean activation [width]
     */
    public SpliceEvaluation result(float[] mean) {
      return new SpliceEvaluation(
          sums[0] / tokens,
          sums[1] / tokens,
          constantStream(new float[mean.length]),
          constantStream(mean),
          sums[2] / tokens);
    }

    /**
     * The cross-entropy where the stream is one vector at all positions. Positions enter the model
     * with the embedding alone, so all positions then have the same logits, and it takes one
     * prediction and the number of times that each token was the target.
     */
    private double constantStream(float[] vector) {
      try (Scope _ = Scope.open()) {
        Tensor stream = Tensor.of(vector).reshape(1, 1, vector.length);
        float[] logP = model.logitsFrom(stream, layer).logSoftmax(-1).toFloatArray();
        double sum = 0;
        for (int token = 0; token < logP.length; token++) {
          sum -= targets[token] == 0 ? 0 : targets[token] * (double) logP[token];
        }
        return sum / tokens;
      }
    }
  }
}
