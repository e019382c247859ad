package dev.simoom.models.sae;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/** What is done to each row of activations before it is encoded, and undone after decoding. */
public enum Normalisation {
  /** The mean over the row is subtracted, then the row is scaled to Euclidean norm 1. */
  UNIT_NORM,
  /** Rows are taken as they are. */
  NONE;

  /** Below this norm a row counts as constant and is not blown up. */
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * Rows made ready for encoding.
   *
   * @param rows the normalised rows [..., width]
   * @param mean what was subtracted [..., 1]
   * @param norm what they were then divided by [..., 1]
   */
  public record Normalised(Tensor rows, Tensor mean, Tensor norm) {
    /** Takes rows [..., width] of the normalised kind, a reconstruction say, to original units. */
    public Tensor restore(Tensor normalised) {
      return normalised.mul(norm).add(mean);
    }
  }

  /** Normalises rows [..., width]. */
  public Normalised apply(Tensor rows) {
    Shape column = rows.shape().with(-1, 1);
    return switch (this) {
      case NONE -> new Normalised(rows, Tensor.zeros(column), Tensor.ones(column));
      case UNIT_NORM -> {
        Tensor mean = rows.meanKeep(-1);
        Tensor centred = rows.sub(mean);
        Tensor smallest = Tensor.scalar(SMALLEST_NORM);
        Tensor norm = centred.square().sumKeep(-1).sqrt().maximum(smallest);
        yield new Normalised(centred.div(norm), mean, norm);
      }
    };
  }
}
