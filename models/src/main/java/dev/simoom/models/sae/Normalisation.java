package dev.simoom.models.sae;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Locale;

/** What is done to each row of activations before it is encoded, and undone after decoding. */
public enum Normalisation {
  /** The mean over the row is subtracted, then the row is scaled to Euclidean norm 1. */
  UNIT_NORM,
  /**
   * The mean over the row is subtracted, then the row is divided by its standard deviation, of
   * which a small number keeps it from 0; the deviation alone is multiplied with after decoding.
   * What SAELens calls layer_norm, for autoencoders from there.
   */
  LAYER_NORM,
  /**
   * The row is scaled so that its numbers have mean square 1. What SAELens calls
   * constant_norm_rescale, for autoencoders from there.
   */
  CONSTANT_NORM,
  /** Rows are taken as they are. */
  NONE;

  /** What SAELens adds to standard deviations. */
  private static final double EPSILON = 1e-5;

  /** Below this norm a row counts as constant and is not blown up. */
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * Rows made ready for encoding.
   *
   * @param rows the normalised rows [..., width]
   * @param mean what was subtracted [..., 1]
   * @param norm what they were then divided by, and are multiplied with by {@link #restore} [...,
   *     1]
   */
  public record Normalised(Tensor rows, Tensor mean, Tensor norm) {
    /** Takes rows [..., width] of the normalised kind, a reconstruction say, to original units. */
    public Tensor restore(Tensor normalised) {
      return normalised.mul(norm).add(mean);
    }
  }

  /** As users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return label();
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
      case LAYER_NORM -> {
        Tensor mean = rows.meanKeep(-1);
        Tensor centred = rows.sub(mean);
        double freedom = Math.max(1, rows.shape().extent(-1) - 1);
        Tensor deviation = centred.square().sumKeep(-1).div(freedom).sqrt();
        yield new Normalised(centred.div(deviation.add(EPSILON)), mean, deviation);
      }
      case CONSTANT_NORM -> {
        Tensor smallest = Tensor.scalar(SMALLEST_NORM);
        Tensor norm = rows.square().meanKeep(-1).sqrt().maximum(smallest);
        yield new Normalised(rows.div(norm), Tensor.zeros(column), norm);
      }
    };
  }
}
