package dev.simoom.bench.work;

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
