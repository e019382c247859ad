package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Scope;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;

/**
 * A way to make the first content of a parameter; the same numbers for the same state of the
 * stream.
 *
 * <p>Weights are [..., in, out]: fan-in is the extent before the last times those before it,
 * fan-out the last extent times those before both. A gain of 1 keeps the variance through a linear
 * layer, one of {@code sqrt(2)} through a layer followed by a ReLU.
 */
@FunctionalInterface
public interface Initializer {
  /** The numbers, F32. */
  Tensor make(Shape shape, RandomStream random);

  /** A parameter filled with the numbers. */
  default Variable variable(String name, Shape shape, RandomStream random) {
    try (Scope _ = Scope.open()) {
      return Variable.of(name, make(shape, random));
    }
  }

  /** The same number everywhere. */
  static Initializer constant(double value) {
    return (shape, random) -> Tensor.full(shape, value);
  }

  /** All elements are 0. */
  static Initializer zeros() {
    return constant(0);
  }

  /** All elements are 1. */
  static Initializer ones() {
    return constant(1);
  }

  /** Uniform between {@code -bound} and {@code bound}. */
  static Initializer uniform(double bound) {
    return (shape, random) -> random.uniform(shape).mul(2 * bound).sub(bound);
  }

  /** Normal around 0. */
  static Initializer normal(double standardDeviation) {
    return (shape, random) -> random.normal(shape).mul(standardDeviation);
  }

  /**
   * Normal around 0, drawn again where beyond two standard deviations; what is left has 0.88 times
   * the given standard deviation.
   */
  static Initializer truncatedNormal(double standardDeviation) {
    return (shape, random) -> HostDraws.truncatedNormal(shape, standardDeviation, random);
  }

  /**
   * Uniform with variance {@code gain^2 2 / (fanIn + fanOut)} (Glorot and Bengio, AISTATS 2010).
   */
  static Initializer xavierUniform(double gain) {
    return (shape, random) -> uniform(Math.sqrt(3) * xavier(shape, gain)).make(shape, random);
  }

  /** Normal with variance {@code gain^2 2 / (fanIn + fanOut)} (Glorot and Bengio, AISTATS 2010). */
  static Initializer xavierNormal(double gain) {
    return (shape, random) -> normal(xavier(shape, gain)).make(shape, random);
  }

  /** Uniform with variance {@code gain^2 / fanIn} (He et al., arXiv 1502.01852). */
  static Initializer kaimingUniform(double gain) {
    return (shape, random) -> uniform(Math.sqrt(3) * kaiming(shape, gain)).make(shape, random);
  }

  /** Normal with variance {@code gain^2 / fanIn} (He et al., arXiv 1502.01852). */
  static Initializer kaimingNormal(double gain) {
    return (shape, random) -> normal(kaiming(shape, gain)).make(shape, random);
  }

  /**
   * {@code gain} times a matrix with orthonormal columns, or rows where they are fewer, uniformly
   * drawn among all such (Saxe, McClelland and Ganguli, arXiv 1312.6120).
   */
  static Initializer orthogonal(double gain) {
    return (shape, random) -> HostDraws.orthogonal(shape, gain, random);
  }

  private static double xavier(Shape shape, double gain) {
    return gain * Math.sqrt(2.0 / (fanIn(shape) + shape.elements() / shape.extent(-2)));
  }

  private static double kaiming(Shape shape, double gain) {
    return gain / Math.sqrt(fanIn(shape));
  }

  private static double fanIn(Shape shape) {
    if (shape.rank() < 2 || shape.elements() == 0) {
      throw new IllegalArgumentException(
          "initializer: weights [..., in, out] are needed to know the fan-in; got shape " + shape);
    }
    return (double) shape.elements() / shape.extent(-1);
  }
}
