package dev.simoom.models.genie;

import dev.simoom.nn.Layer;
import dev.simoom.nn.Linear;
import dev.simoom.nn.MultiHeadAttention;
import dev.simoom.nn.Parameters;
import dev.simoom.nn.SpatioTemporalTransformer;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;

/**
 * A spatio-temporal transformer between two linear layers, with learnt positions: [batch, frames,
 * places, in] to [batch, frames, places, out].
 *
 * @param in to the transformer's width
 * @param places positions, added after it
 * @param transformer over frames and places
 * @param out from the transformer's width
 */
public record FrameCoder(
    Linear in, Places places, SpatioTemporalTransformer transformer, Linear out) implements Layer {
  static FrameCoder create(
      long in,
      long out,
      long places,
      long frames,
      SpatioTemporalTransformer.Size size,
      RandomStream random) {
    return new FrameCoder(
        Linear.create(in, size.width(), random),
        Places.create(places, frames, size.width(), random),
        SpatioTemporalTransformer.create(size, random),
        Linear.create(size.width(), out, random));
  }

  /**
   * The result for one more frame.
   *
   * @param output [batch, 1, places, out]
   * @param past to be given for the frame after it
   */
  public record Step(Tensor output, List<MultiHeadAttention.Past> past) {}

  @Override
  public Tensor forward(Tensor x, boolean training) {
    return out.forward(hidden(in.forward(x, training), training), training);
  }

  /** Positions and transformer alone: [batch, frames, places, width] to the same. */
  Tensor hidden(Tensor x, boolean training) {
    return transformer.forward(places.add(x, 0), training);
  }

  /** What {@link #forward} gives for the last of the frames, at the cost of that frame. */
  public Step extend(Tensor x, List<MultiHeadAttention.Past> past) {
    return extendHidden(in.forward(x), past);
  }

  /** The same after the first linear layer. */
  Step extendHidden(Tensor x, List<MultiHeadAttention.Past> past) {
    long before = past.isEmpty() ? 0 : past.getFirst().keys().shape().extent(1);
    SpatioTemporalTransformer.Step step = transformer.extend(places.add(x, before), past);
    return new Step(out.forward(step.output()), step.past());
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect()
        .module("in", in)
        .module("places", places)
        .module("transformer", transformer)
        .module("out", out)
        .toMap();
  }
}
