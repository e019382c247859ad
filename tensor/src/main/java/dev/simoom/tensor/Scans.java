package dev.simoom.tensor;

import java.util.function.BinaryOperator;

/** Running sums and products. */
final class Scans {
  private Scans() {}

  static Tensor sum(Tensor x, int axis) {
    return scan("cumsum", x, axis, 0, Tensor::add);
  }

  static Tensor product(Tensor x, int axis) {
    return scan("cumprod", x, axis, 1, Tensor::mul);
  }

  /**
   * The log-step scan of Hillis and Steele (Data parallel algorithms, 1986): each step combines
   * what stands there with what stands a power of two before. Neutral elements in front of the
   * whole make each step one loop over two slices.
   */
  private static Tensor scan(
      String op, Tensor x, int axis, double neutral, BinaryOperator<Tensor> combine) {
    Ops.requireNumbers(op, x);
    int counted = Ops.axis(op, x, axis);
    long extent = x.shape().extent(counted);
    if (extent == 0) {
      return x.cast(x.dtype().computeType());
    }
    long window = Statistics.ceilPowerOfTwo(extent);
    Tensor y = Rearrangements.pad(x, counted, window - 1, 0, neutral);
    for (long shift = 1; shift < window; shift *= 2) {
      long length = y.shape().extent(counted);
      y = combine.apply(y.slice(counted, 0, length - shift), y.slice(counted, shift, length));
    }
    return y.cast(x.dtype().computeType());
  }
}
