package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import java.util.stream.IntStream;

/** What rows of numbers come to, beyond sums and extremes, and where extremes lie. */
final class Statistics {
  private Statistics() {}

  static Tensor softmax(Tensor x, int axis) {
    int counted = Ops.axis("softmax", x, axis);
    Tensor e = x.sub(x.maxKeep(counted).stopGradient()).exp();
    // One division for each row instead of one for each element, and of each gradient.
    return e.mul(Tensor.scalar(1).div(e.sumKeep(counted)));
  }

  static Tensor logSoftmax(Tensor x, int axis) {
    int counted = Ops.axis("logSoftmax", x, axis);
    Tensor shifted = x.sub(x.maxKeep(counted).stopGradient());
    return shifted.sub(shifted.exp().sumKeep(counted).log());
  }

  static Tensor logSumExp(Tensor x, int... axes) {
    Ops.requireReal("logSumExp", x);
    Tensor largest = Ops.reduce("logSumExp", Reduction.MAX, x, axes, true).stopGradient();
    // An infinite shift would leave infinity minus infinity.
    Tensor shift = Tensor.where(Functions.isFinite(largest), largest, Tensor.scalar(0));
    Tensor sum = x.sub(shift).exp().sum(axes);
    return sum.log().add(shift.reshape(sum.shape()));
  }

  static Tensor variance(Tensor x, int[] axes, double correction) {
    return squaredDeviation("var", x, axes, correction);
  }

  static Tensor deviation(Tensor x, int[] axes, double correction) {
    return root(squaredDeviation("std", x, axes, correction));
  }

  private static Tensor squaredDeviation(String op, Tensor x, int[] axes, double correction) {
    Ops.requireReal(op, x);
    if (!(correction >= 0)) {
      throw Ops.bad(op, "a correction of at least 0 is needed, not " + correction, x);
    }
    Tensor mean = Ops.reduce(op, Reduction.SUM, x, axes, true);
    double count = (double) x.shape().elements() / mean.shape().elements();
    Tensor centred = x.sub(mean.div(count));
    return centred.square().sum(axes).div(Math.max(0, count - correction));
  }

  /** The square root with gradient 0 at 0, where the true one is infinite. */
  private static Tensor root(Tensor x) {
    Tensor isZero = x.eq(Tensor.scalar(0));
    return Tensor.where(isZero, Tensor.scalar(0), Tensor.where(isZero, Tensor.scalar(1), x).sqrt());
  }

  static Tensor norm(Tensor x, double p, int... axes) {
    Ops.requireReal("norm", x);
    Ops.chosen("norm", x, axes);
    Tensor size = x.abs();
    if (p == 1) {
      return size.sum(axes);
    }
    if (p == 2) {
      return root(x.square().sum(axes));
    }
    if (p == Double.POSITIVE_INFINITY) {
      // Of nothing the norm is 0, not the largest's minus infinity.
      return x.shape().elements() == 0 ? size.sum(axes) : size.max(axes);
    }
    throw Ops.bad("norm", "p must be 1, 2 or infinity, not " + p, x);
  }

  /** Multiplies halves until one number is left, so that no gradient divides by an element. */
  static Tensor product(Tensor x, int... axes) {
    Ops.requireNumbers("prod", x);
    boolean[] gone = Ops.chosen("prod", x, axes);
    int[] order =
        IntStream.concat(
                IntStream.range(0, x.rank()).filter(i -> !gone[i]),
                IntStream.range(0, x.rank()).filter(i -> gone[i]))
            .toArray();
    int kept = (int) IntStream.range(0, x.rank()).filter(i -> !gone[i]).count();
    Tensor sorted = x.permute(order);
    Shape shape = sorted.shape().leading(kept);
    long count = sorted.shape().without(0, kept).elements();
    if (count == 0) {
      return Tensor.full(shape, x.dtype().computeType(), 1);
    }
    long width = ceilPowerOfTwo(count);
    Tensor rows = sorted.reshape(shape.concat(Shape.of(count)));
    Tensor y = Rearrangements.pad(rows, kept, 0, width - count, 1);
    for (long half = width / 2; half > 0; half /= 2) {
      y = y.slice(kept, 0, half).mul(y.slice(kept, half, 2 * half));
    }
    return y.cast(x.dtype().computeType()).reshape(shape);
  }

  /** The smallest power of two that is not below a positive number. */
  private static long ceilPowerOfTwo(long number) {
    return number == 1 ? 1 : Long.highestOneBit(number - 1) * 2;
  }

  /** Where along an axis the extreme lies: the first of equal ones, or the first NaN. */
  static Tensor position(String op, Reduction reduction, Tensor x, int axis) {
    Ops.requireNumbers(op, x);
    int counted = Ops.axis(op, x, axis);
    long extent = x.shape().extent(counted);
    if (extent == 0) {
      throw Ops.bad(op, "axis " + axis + " has no elements", x);
    }
    Tensor extreme = Ops.reduce(op, reduction, x, new int[] {counted}, true);
    Tensor isThere = x.eq(extreme).or(x.ne(x));
    Tensor none = Tensor.full(Shape.SCALAR, DType.I32, extent);
    return Tensor.where(isThere, Tensor.iota(x.shape(), counted), none).min(counted);
  }

  static Tensor any(Tensor x, int... axes) {
    requireTruths("any", x, axes);
    return x.cast(DType.I32).max(axes).gt(0);
  }

  static Tensor all(Tensor x, int... axes) {
    requireTruths("all", x, axes);
    return x.cast(DType.I32).min(axes).gt(0);
  }

  private static void requireTruths(String op, Tensor x, int... axes) {
    Ops.chosen(op, x, axes);
    if (x.dtype() != DType.BOOL) {
      throw Ops.bad(op, "truth values (BOOL) are needed", x);
    }
  }
}
