package dev.simoom.bench.work;

import dev.simoom.nn.Layer;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Forward and backward pass of something, as a training step needs them. */
final class Differentiated {
  private Differentiated() {}

  /** A result and its gradients by tensors, given the gradient of the result. */
  static List<Tensor> by(Tensor y, Tensor gradient, List<Tensor> by) {
    return withGradients(y, y.mul(gradient).sum(), by);
  }

  /** A layer's result and its gradients by input and parameters, given that of the result. */
  static List<Tensor> by(Layer layer, Tensor x, Tensor gradient) {
    List<Tensor> by = new ArrayList<>(List.of(x));
    layer.parameters().values().forEach(p -> by.add(p.value()));
    return by(layer.forward(x, true), gradient, by);
  }

  /** A loss and its gradients. */
  static List<Tensor> by(Tensor loss, List<Tensor> by) {
    return withGradients(loss, loss, by);
  }

  private static List<Tensor> withGradients(Tensor y, Tensor loss, List<Tensor> by) {
    List<Tensor> results = new ArrayList<>();
    results.add(y);
    results.addAll(loss.gradients(by));
    return results;
  }
}
