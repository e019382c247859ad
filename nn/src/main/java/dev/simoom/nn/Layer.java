package dev.simoom.nn;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** A module that makes one tensor of another. */
public interface Layer extends Module {
  /**
   * Applies the layer.
   *
   * @param training whether layers that act differently in training, such as {@link Dropout}, do so
   */
  Tensor forward(Tensor x, boolean training);

  /** Applies the layer outside training. */
  default Tensor forward(Tensor x) {
    return forward(x, false);
  }

  /** A layer without parameters, a reshape for example. */
  static Layer of(UnaryOperator<Tensor> function) {
    return new Layer() {
      @Override
      public Tensor forward(Tensor x, boolean training) {
        return function.apply(x);
      }

      @Override
      public SequencedMap<String, Variable> parameters() {
        return Parameters.collect().toMap();
      }
    };
  }
}
