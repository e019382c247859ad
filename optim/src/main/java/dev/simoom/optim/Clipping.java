package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;

/** Clips gradients by value and by norm, and keeps the norm that it met. */
final class Clipping {
  private final OptimizerOptions options;
  private final Variable norm = Variable.zeros("gradient_norm", Shape.SCALAR, DType.F32);

  Clipping(OptimizerOptions options) {
    this.options = options;
  }

  /**
   * Gradients clamped, and then scaled by {@code clip / max(norm, clip)}, which is exactly 1 up to
   * that norm. Clamping comes first so that one wild element does not shrink all others.
   */
  List<Tensor> apply(List<Tensor> gradients) {
    List<Tensor> clamped = clamp(gradients);
    if (!measures()) {
      return clamped;
    }
    Tensor met = norm(clamped);
    norm.assign(met);
    if (options.clipNorm().isEmpty()) {
      return clamped;
    }
    Tensor limit = Tensor.scalar(options.clipNorm().getAsDouble());
    Tensor scale = limit.div(met.maximum(limit));
    return clamped.stream().map(g -> g.mul(scale)).toList();
  }

  private List<Tensor> clamp(List<Tensor> gradients) {
    if (options.clipValue().isEmpty()) {
      return gradients;
    }
    double limit = options.clipValue().getAsDouble();
    return gradients.stream().map(g -> g.clamp(-limit, limit)).toList();
  }

  /** The L2 norm of all elements together. */
  static Tensor norm(List<Tensor> tensors) {
    return tensors.stream().map(t -> t.square().sum()).reduce(Tensor::add).orElseThrow().sqrt();
  }

  private boolean measures() {
    return options.clipNorm().isPresent() || options.measureNorms();
  }

  /** Adds the norm of the last gradient, where it was measured. */
  void report(SequencedMap<String, Double> figures) {
    if (measures()) {
      figures.put("gradient_norm", (double) norm.value().item());
    }
  }

  void close() {
    norm.close();
  }
}
