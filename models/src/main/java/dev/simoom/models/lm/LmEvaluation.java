package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.nn.Losses;
import dev.simoom.tensor.Tensor;

/**
 * How well a model predicts text it was not trained on.
 *
 * @param loss mean cross-entropy in nats per token
 * @param bitsPerByte the same in bits per byte of text
 * @param tokens tokens predicted
 */
public record LmEvaluation(double loss, double bitsPerByte, long tokens) {

  /** Adds up the losses of batches of windows. */
  public static final class Sums {
    private double nats;
    private long tokens;
    private long bytes;

    /**
     * Adds a batch.
     *
     * @param losses F32 [batch, context], as {@link #losses} gives them
     */
    public void add(TokenBatches.Evaluation windows, Tensor losses) {
      int count = windows.rows() * Math.toIntExact(losses.shape().extent(-1));
      nats += sumOfFirst(losses, count);
      tokens += count;
      bytes += windows.bytes();
    }

    /** What was added so far. */
    public LmEvaluation result() {
      return new LmEvaluation(nats / tokens, nats / Math.log(2) / bytes, tokens);
    }
  }

  /** The cross-entropy of each target of windows I32 [batch, context + 1]: F32 [batch, context]. */
  public static Tensor losses(LanguageModel model, Tensor windows) {
    long context = windows.shape().extent(1) - 1;
    Tensor logits = model.logits(windows.slice(1, 0, context));
    return Losses.crossEntropyEach(logits, windows.slice(1, 1, context + 1), 0);
  }

  static double sumOfFirst(Tensor values, int count) {
    float[] numbers = values.toFloatArray();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += numbers[i];
    }
    return sum;
  }
}
