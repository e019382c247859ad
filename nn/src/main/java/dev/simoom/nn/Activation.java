package dev.simoom.nn;

import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** Elementwise non-linear functions. */
public enum Activation implements Layer {
  /** The value itself. */
  IDENTITY(x -> x),
  /** {@code max(x, 0)}. */
  RELU(Tensor::relu),
  /** The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, arXiv 1606.08415). */
  GELU(Tensor::gelu),
  /** The same by the error function. */
  GELU_EXACT(Tensor::geluExact),
  /** {@code x sigmoid(x)} (Elfwing, Uchibe and Doya, arXiv 1702.03118). */
  SILU(Tensor::silu),
  /** The hyperbolic tangent. */
  TANH(Tensor::tanh),
  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID(Tensor::sigmoid),
  /** {@code log(1 + e^x)}. */
  SOFTPLUS(Tensor::softplus);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    return function.apply(x);
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().toMap();
  }
}
