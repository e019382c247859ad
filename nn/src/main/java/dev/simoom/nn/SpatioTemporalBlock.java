package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block over video, [..., time, places, width] to the same: attention among
 * the places of each frame, causal attention through time at each place, then one perceptron,
 * {@code x += spatial(norm(x)); x += temporal(norm(x)); x += mlp(norm(x))} (Bruce et al., arXiv
 * 2402.15391).
 *
 * @param spatialNorm before the spatial attention
 * @param spatial attention along the places
 * @param temporalNorm before the temporal attention
 * @param temporal causal attention along time
 * @param mlpNorm before the perceptron
 * @param mlp mixes features
 */
public record SpatioTemporalBlock(
    Layer spatialNorm,
    MultiHeadAttention spatial,
    Layer temporalNorm,
    MultiHeadAttention temporal,
    Layer mlpNorm,
    Mlp mlp)
    implements Layer {
  private static final int TIME = -3;
  private static final int PLACES = -2;

  /**
   * A block of given parts.
   *
   * @throws IllegalArgumentException if an attention runs along another axis, the temporal one sees
   *     the future or the spatial one does not see all, or their widths differ
   */
  public SpatioTemporalBlock {
    Checks.same("SpatioTemporalBlock: the axis of the spatial attention", PLACES, spatial.axis());
    Checks.same("SpatioTemporalBlock: the axis of the temporal attention", TIME, temporal.axis());
    if (spatial.causal() || !temporal.causal()) {
      throw new IllegalArgumentException(
          "SpatioTemporalBlock: the temporal attention must be causal and the spatial one not");
    }
    long width = spatial.qkv().in();
    Checks.same(
        "SpatioTemporalBlock: the width of the temporal attention", width, temporal.qkv().in());
    Checks.same(
        "SpatioTemporalBlock: the features that the perceptron takes", width, mlp.up().in());
    Checks.same("SpatioTemporalBlock: the features that it gives", width, mlp.down().out());
  }

  /**
   * Layer norms, attention without head norms, a GELU perceptron.
   *
   * @param hiddenMultiple hidden features of the perceptron in units of the width
   * @param weights of the layers that read the residual stream
   * @param residualWeights of the layers that write to it
   */
  public static SpatioTemporalBlock create(
      long width,
      int heads,
      int hiddenMultiple,
      Initializer weights,
      Initializer residualWeights,
      RandomStream random) {
    return new SpatioTemporalBlock(
        LayerNorm.create(width),
        MultiHeadAttention.create(width, heads, false, weights, residualWeights, random),
        LayerNorm.create(width),
        MultiHeadAttention.create(width, heads, true, weights, residualWeights, random).along(TIME),
        LayerNorm.create(width),
        Mlp.create(width, hiddenMultiple * width, weights, residualWeights, random));
  }

  /** The same block with norms of queries and keys in both attentions. */
  public SpatioTemporalBlock withHeadNorms() {
    return new SpatioTemporalBlock(
        spatialNorm, spatial.withHeadNorms(), temporalNorm, temporal.withHeadNorms(), mlpNorm, mlp);
  }

  /**
   * The result for new frames.
   *
   * @param output [..., new frames, places, width]
   * @param past of the temporal attention, with the new frames at its end
   */
  public record Step(Tensor output, MultiHeadAttention.Past past) {}

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Tensor y = x.add(spatial.forward(spatialNorm.forward(x, training), training));
    Tensor z = y.add(temporal.forward(temporalNorm.forward(y, training), training));
    return z.add(mlp.forward(mlpNorm.forward(z, training), training));
  }

  /**
   * The result for frames that follow others: what {@link #forward} gives for them where it sees
   * all.
   *
   * @param x [..., new frames, places, width]
   * @param past of the frames before, or null where there are none
   */
  public Step extend(Tensor x, MultiHeadAttention.@Nullable Past past) {
    Tensor y = x.add(spatial.forward(spatialNorm.forward(x)));
    MultiHeadAttention.Step step = temporal.extend(temporalNorm.forward(y), past);
    Tensor z = y.add(step.output());
    return new Step(z.add(mlp.forward(mlpNorm.forward(z))), step.past());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("spatialNorm", spatialNorm)
        .module("spatial", spatial)
        .module("temporalNorm", temporalNorm)
        .module("temporal", temporal)
        .module("mlpNorm", mlpNorm)
        .module("mlp", mlp)
        .toMap();
  }
}
