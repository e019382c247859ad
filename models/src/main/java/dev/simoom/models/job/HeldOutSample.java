package dev.simoom.models.job;

import dev.simoom.models.lm.HeldOut;
import dev.simoom.models.lm.LanguageModel;
import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some windows of the held-out text, in batches evenly spread over it, with the residual stream
 * that the autoencoder sees there: what the dearer evaluations look at.
 *
 * @param windows each of context + 1 tokens
 * @param streams that of each window, [context, width] row by row
 */
record HeldOutSample(List<int[]> windows, List<float[]> streams) {
  /** Tokens of a sample, unless one batch has more. */
  private static final int TOKENS = 1 << 14;

  static HeldOutSample of(SaeJobConfig config, LanguageModel model, TokenBatches heldOut) {
    List<int[]> windows = new ArrayList<>();
    List<float[]> streams = new ArrayList<>();
    int context = heldOut.context();
    int all = heldOut.evaluationBatches();
    int count = Math.clamp(TOKENS / ((long) heldOut.batch() * context), 1, all);
    int layer = config.layer();
    try (Program residual =
        Program.ofMany(in -> List.of(LmActivations.residual(model, layer, in.get(0))))) {
      for (int i = 0; i < count; i++) {
        int batch = (int) ((2L * i + 1) * all / (2L * count));
        HeldOut.forEach(
            heldOut,
            batch,
            batch + 1,
            residual,
            (taken, results) -> {
              float[] rows = results.getFirst().toFloatArray();
              int each = context * model.width();
              for (int w = 0; w < taken.rows(); w++) {
                int from = w * (context + 1);
                windows.add(Arrays.copyOfRange(taken.windows(), from, from + context + 1));
                streams.add(Arrays.copyOfRange(rows, w * each, (w + 1) * each));
              }
            });
      }
    }
    return new HeldOutSample(windows, streams);
  }
}
