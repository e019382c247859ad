package dev.simoom.models.lm;

import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.List;

/** Held-out text, run through a program batch by batch. */
public final class HeldOut {
  private HeldOut() {}

  /** What is done with the results of a batch, which are valid until it returns. */
  public interface Use {
    /**
     * Takes a batch.
     *
     * @param windows the windows that the program ran on
     * @param results what it made of them
     */
    void accept(TokenBatches.Evaluation windows, List<Tensor> results);
  }

  /**
   * Runs a program on evaluation batches in their order.
   *
   * @param from number of the first batch
   * @param to end of the batches, or more than there are
   * @param program takes windows I32 [batch, context + 1] and an I32 scalar: how many of the batch
   *     * context tokens count, the others being fillers behind them
   */
  public static void forEach(TokenBatches batches, int from, int to, Program program, Use use) {
    Shape shape = Shape.of(batches.batch(), batches.context() + 1L);
    for (int i = from; i < Math.min(to, batches.evaluationBatches()); i++) {
      TokenBatches.Evaluation windows = batches.evaluation(i);
      try (Scope _ = Scope.open()) {
        Tensor counted = Tensor.ofInts(Shape.SCALAR, windows.rows() * batches.context());
        use.accept(windows, program.runAll(Tensor.ofInts(shape, windows.windows()), counted));
      }
    }
  }
}
