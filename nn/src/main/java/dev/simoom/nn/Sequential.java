package dev.simoom.nn;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;

/**
 * Layers one after the other; their parameters have the paths {@code 0.weight} and so on.
 *
 * @param layers applied in this order
 */
public record Sequential(List<Layer> layers) implements Layer {
  /** Copies the list. */
  public Sequential {
    layers = List.copyOf(layers);
  }

  /** The given layers. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.forward(y, training);
    }
    return y;
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect();
    for (int i = 0; i < layers.size(); i++) {
      all.module(Integer.toString(i), layers.get(i));
    }
    return all.toMap();
  }
}
