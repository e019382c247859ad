package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.nn.Losses;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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
   * Evaluates a reconstruction on held-out text.
   *
   * @param layer after which layer the stream is replaced
   * @param reconstruct maps activations [rows, width] to their reconstructions
   * @param mean mean activation [width]
   * @param limit batches at most
   */
  public static SpliceEvaluation of(
      Transformer model,
      int layer,
      UnaryOperator<Tensor> reconstruct,
      Tensor mean,
      TokenBatches batches,
      int limit) {
    double[] sums = new double[5];
    long tokens = 0;
    try (Program program =
        Program.ofMany(in -> compare(model, layer, reconstruct, in.get(0), in.get(1)))) {
      for (int i = 0; i < Math.min(limit, batches.evaluationBatches()); i++) {
        TokenBatches.Evaluation evaluation = batches.evaluation(i);
        int count = evaluation.rows() * batches.context();
        try (Scope _ = Scope.open()) {
          Shape shape = Shape.of(batches.batch(), batches.context() + 1L);
          List<Tensor> each = program.runAll(Tensor.ofInts(shape, evaluation.windows()), mean);
          for (int j = 0; j < sums.length; j++) {
            sums[j] += sum(each.get(j).toFloatArray(), count);
          }
        }
        tokens += count;
      }
    }
    return new SpliceEvaluation(
        sums[0] / tokens, sums[1] / tokens, sums[2] / tokens, sums[3] / tokens, sums[4] / tokens);
  }

  private static double sum(float[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static List<Tensor> compare(
      Transformer model,
      int layer,
      UnaryOperator<Tensor> reconstruct,
      Tensor windows,
      Tensor mean) {
    long context = windows.shape().extent(1) - 1;
    Tensor targets = windows.slice(1, 1, context + 1);
    Tensor stream = model.residual(windows.slice(1, 0, context), layer);
    long width = stream.shape().extent(-1);
    Tensor rebuilt = reconstruct.apply(stream.reshape(-1, width)).reshape(stream.shape());
    Tensor clean = model.logitsFrom(stream, layer);
    Tensor spliced = model.logitsFrom(rebuilt, layer);
    Tensor zero = model.logitsFrom(Tensor.zeros(stream.shape()), layer);
    Tensor constant = model.logitsFrom(mean.expand(stream.shape()), layer);
    List<Tensor> each = new ArrayList<>();
    for (Tensor logits : List.of(clean, spliced, zero, constant)) {
      each.add(Losses.crossEntropyEach(logits, targets, 0));
    }
    Tensor p = clean.logSoftmax(-1);
    each.add(p.exp().mul(p.sub(spliced.logSoftmax(-1))).sum(-1));
    return each;
  }
}
