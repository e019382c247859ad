package dev.simoom.models.lm;

import dev.simoom.tensor.Program;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * How sparse the effects are that taking something out of the residual stream at one token has on
 * the logits of that token and those after it (Gao et al., "Scaling and evaluating sparse
 * autoencoders", arXiv 2406.04093, section 4.5).
 *
 * <p>The effects are the changes of the logits at {@code positions} positions, at each less their
 * median over the vocabulary. Their sparsity is {@code (sum |e|)^2 / sum e^2} over their number: 1
 * where all are of one size, near 0 where few logits change, and 2 / pi, 64 %, where they are
 * spread like a normal distribution.
 */
public final class AblationEffects implements AutoCloseable {
  private final int positions;
  private final Program changes;

  /**
   * Effects after a layer of a model, which this does not own.
   *
   * @param positions positions whose logits are looked at: the one of the ablation and those after
   *     it
   * @throws IllegalArgumentException if there are none, or more than the context has
   */
  public AblationEffects(LanguageModel model, int layer, int positions) {
    if (positions < 1 || positions > model.context()) {
      throw new IllegalArgumentException(
          "AblationEffects: positions must be 1 to the context's %d, got %d"
              .formatted(model.context(), positions));
    }
    this.positions = positions;
    changes =
        Program.ofMany(
            in -> {
              Tensor[] all = in.toArray(Tensor[]::new);
              return List.of(changes(model, layer, all[0], all[1], all[2]));
            });
  }

  /** Positions whose logits are looked at. */
  public int positions() {
    return positions;
  }

  private Tensor changes(LanguageModel model, int layer, Tensor stream, Tensor removed, Tensor at) {
    long batch = stream.shape().extent(0);
    long time = stream.shape().extent(1);
    Tensor here = Tensor.iota(Shape.of(batch, time, 1), 1).eq(at.reshape(-1, 1, 1));
    Tensor nothing = Tensor.scalar(0);
    Tensor ablated = stream.sub(Tensor.where(here, removed.unsqueeze(1), nothing));
    Tensor change = model.logitsFrom(ablated, layer).sub(model.logitsFrom(stream, layer));
    Tensor rows =
        Tensor.iota(Shape.of(batch, positions), 0)
            .mul(time)
            .add(at.unsqueeze(1))
            .add(Tensor.iota(Shape.of(batch, positions), 1));
    return change.reshape(batch * time, -1).gather(rows);
  }

  /**
   * The sparsity of the effects of one ablation in each window, all in one run.
   *
   * @param stream the residual stream of the windows, [windows, time, width]
   * @param removed what is taken out of each, [windows, width]
   * @param at the position of each at which it is, with {@code positions() - 1} after it
   * @return one number for each window, not a number where nothing changed
   * @throws IllegalArgumentException if a position is not in its window with those after it
   */
  public double[] sparsity(Tensor stream, Tensor removed, int[] at) {
    long last = stream.shape().extent(1) - positions;
    for (int position : at) {
      if (position < 0 || position > last) {
        throw new IllegalArgumentException(
            "AblationEffects: position %d must be 0 to %d, so that %d are seen in windows of %d"
                .formatted(position, last, positions, stream.shape().extent(1)));
      }
    }
    try (Scope _ = Scope.open()) {
      Tensor where = Tensor.ofInts(Shape.of(at.length), at);
      float[] all = changes.run(stream, removed, where).toFloatArray();
      int each = all.length / at.length;
      double[] sparsity = new double[at.length];
      for (int i = 0; i < at.length; i++) {
        sparsity[i] = sparsity(all, i * each, each);
      }
      return sparsity;
    }
  }

  private double sparsity(float[] changes, int from, int count) {
    int vocabulary = count / positions;
    double sum = 0;
    double squares = 0;
    for (int row = from; row < from + count; row += vocabulary) {
      float[] sorted = Arrays.copyOfRange(changes, row, row + vocabulary);
      Arrays.sort(sorted);
      double median = (sorted[(vocabulary - 1) / 2] + (double) sorted[vocabulary / 2]) / 2;
      for (float change : sorted) {
        double effect = change - median;
        sum += Math.abs(effect);
        squares += effect * effect;
      }
    }
    return sum * sum / squares / count;
  }

  /** Frees the program. */
  @Override
  public void close() {
    changes.close();
  }
}
