package dev.simoom.models.job;

import dev.simoom.models.lm.LmActivations;
import dev.simoom.models.lm.Transformer;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/** The residual stream on held-out text, batch by batch. */
final class HeldOut {
  private HeldOut() {}

  /**
   * What is done with the activations [rows, width] of some windows, the first of which has a
   * number.
   */
  interface Windows {
    void accept(Tensor rows, long firstWindow);
  }

  static void forEach(SaeJobConfig config, Transformer model, TokenBatches heldOut, Windows use) {
    int batches = Math.min(config.evaluationBatches(), heldOut.evaluationBatches());
    try (Program residual = LmActivations.residual(model, config.layer())) {
      for (int i = 0; i < batches; i++) {
        TokenBatches.Evaluation evaluation = heldOut.evaluation(i);
        try (Scope _ = Scope.open()) {
          Shape shape = Shape.of(heldOut.batch(), heldOut.context() + 1L);
          Tensor rows = residual.run(Tensor.ofInts(shape, evaluation.windows()));
          long counted = (long) evaluation.rows() * heldOut.context();
          use.accept(rows.slice(0, 0, counted), (long) i * heldOut.batch());
        }
      }
    }
  }
}
