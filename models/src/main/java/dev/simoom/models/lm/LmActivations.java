package dev.simoom.models.lm;

import dev.simoom.models.sae.ActivationSource;
import dev.simoom.models.text.TokenBatches;
import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The residual stream of a trained model on training text: block i is what the model makes of
 * training batch i, one row for each token.
 */
public final class LmActivations implements ActivationSource {
  private final TokenBatches batches;
  private final Program residual;
  private final int width;

  /**
   * Activations after a layer.
   *
   * @param batches the text; not closed with this
   */
  public LmActivations(LanguageModel model, int layer, TokenBatches batches) {
    this.batches = batches;
    this.width = model.width();
    this.residual = Program.of(windows -> residual(model, layer, windows));
  }

  /** The residual stream of windows I32 [batch, context + 1], [batch * context, width]. */
  public static Tensor residual(LanguageModel model, int layer, Tensor windows) {
    Tensor inputs = windows.slice(1, 0, windows.shape().extent(1) - 1);
    return model.residual(inputs, layer).reshape(-1, model.width());
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int blockRows() {
    return batches.batch() * batches.context();
  }

  @Override
  public void read(long block, MemorySegment rows) {
    try (Scope _ = Scope.open()) {
      Shape shape = Shape.of(batches.batch(), batches.context() + 1L);
      Tensor windows = Tensor.ofInts(shape, batches.training(block));
      rows.copyFrom(residual.run(windows).contiguousSegment());
    }
  }

  @Override
  public void close() {
    residual.close();
  }
}
