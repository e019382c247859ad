package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/**
 * Rounding to bfloat16 by chance: to one of the two neighbours, to each with a probability by which
 * the mean is the number itself.
 *
 * <p>A group draws one random number for each element and step, by seed, group and step. Its
 * moments take odd multiples of it modulo 1, which are as evenly spread, and next to independent of
 * each other.
 */
final class StochasticRounding {
  private static final int[] MULTIPLES = {1, 0x9e3779b1, 0x85ebca77, 0xc2b2ae3d};

  /** Sets the seeds of groups apart. */
  private static final long GROUP = 0x9e3779b97f4a7c15L;

  /** {@code a (2^16 + 1)}, less what it exceeds a by, is a with 8 binary digits (Dekker). */
  private static final double SPLITTER = 0x1p16 + 1;

  /** From here on the product above may overflow; the number is then rounded to the nearest. */
  private static final double LARGE = 0x1p110;

  /** A number of 8 digits plus this much of itself lies nearest to the next one, and less so. */
  private static final double STEP = 1.25 * 0x1p-8;

  private final RandomStream stream;

  StochasticRounding(long seed, int group) {
    stream = new RandomStream(seed + group * GROUP);
  }

  /** Goes on as after so many updates. */
  void restore(long updates) {
    stream.restore(updates);
  }

  /** The random numbers of this update. */
  Tensor draw(Shape shape) {
    return stream.uniform(shape);
  }

  /**
   * The random numbers of one moment.
   *
   * @param drawn those of the group, multiples of 2^-24
   */
  static Tensor multiple(Tensor drawn, int moment) {
    if (moment == 0) {
      return drawn;
    }
    Tensor words = drawn.sub(0.5).mul(0x1p32).cast(DType.I32);
    return words.mul(MULTIPLES[moment]).cast(DType.F32).mul(0x1p-32).add(0.5);
  }

  /**
   * A number of bfloat16 for each element.
   *
   * @param x F32
   * @param random evenly spread over [0, 1)
   */
  static Tensor round(Tensor x, Tensor random) {
    Tensor size = x.abs();
    Tensor nearest = digits(size);
    Tensor rest = size.sub(nearest);
    Tensor towards = Tensor.where(rest.gt(0), Tensor.scalar(1 + STEP), Tensor.scalar(1 - STEP));
    Tensor other = digits(nearest.mul(towards));
    Tensor gap = other.sub(nearest).abs();
    Tensor chosen = Tensor.where(random.mul(gap).lt(rest.abs()), other, nearest);
    Tensor finite = Tensor.where(size.lt(LARGE), chosen, size);
    return Tensor.where(x.lt(0), finite.neg(), finite).cast(DType.BF16);
  }

  private static Tensor digits(Tensor size) {
    Tensor wide = size.mul(SPLITTER);
    return wide.sub(wide.sub(size));
  }
}
