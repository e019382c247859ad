package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.nn.Losses;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/**
 * How well a model predicts text it was not trained on.
 *
 * @param loss mean cross-entropy in nats per token
 * @param bitsPerByte the same in bits per byte of text
 * @param tokens tokens predicted
 */
public record LmEvaluation(double loss, double bitsPerByte, long tokens) {
  /**
   * Evaluates a model on the windows of a text.
   *
   * @param batches the text; its evaluation windows are used in order
   * @param limit batches at most
   */
  public static LmEvaluation of(Transformer model, TokenBatches batches, int limit) {
    double sum = 0;
    long tokens = 0;
    long bytes = 0;
    long context = batches.context();
    try (Program losses = Program.of(windows -> eachLoss(model, windows))) {
      for (int i = 0; i < Math.min(limit, batches.evaluationBatches()); i++) {
        TokenBatches.Evaluation evaluation = batches.evaluation(i);
        try (Scope _ = Scope.open()) {
          Shape shape = Shape.of(batches.batch(), context + 1);
          float[] each = losses.run(Tensor.ofInts(shape, evaluation.windows())).toFloatArray();
          for (int j = 0; j < evaluation.rows() * context; j++) {
            sum += each[j];
          }
        }
        tokens += evaluation.rows() * context;
        bytes += evaluation.bytes();
      }
    }
    return new LmEvaluation(sum / tokens, sum / Math.log(2) / bytes, tokens);
  }

  private static Tensor eachLoss(Transformer model, Tensor windows) {
    long context = windows.shape().extent(1) - 1;
    Tensor logits = model.logits(windows.slice(1, 0, context));
    return Losses.crossEntropyEach(logits, windows.slice(1, 1, context + 1), 0);
  }
}
