package dev.simoom.nn;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;

/**
 * Rotary position embedding: turns pairs of a head's features by angles that grow with the
 * position, so that products of queries and keys depend on how far apart they are (Su et al., arXiv
 * 2104.09864).
 *
 * <p>Pair i of d / 2 is turned by {@code position base^(-2 i / d)}, worked out in double.
 *
 * @param features of a head, an even number d
 * @param base 10,000 in the paper
 * @param pairing which features make a pair
 */
public record Rope(int features, double base, Pairing pairing) {
  /** Which features make pair i. */
  public enum Pairing {
    /** {@code i} and {@code i + d / 2}, as in Llama's checkpoints on Hugging Face. */
    HALVES,
    /** {@code 2 i} and {@code 2 i + 1}, as in the paper. */
    NEIGHBOURS
  }

  /**
   * An embedding for heads of a size.
   *
   * @throws IllegalArgumentException if the size is odd or the base is not above 0
   */
  public Rope {
    if (features < 2 || features % 2 != 0 || !(base > 0)) {
      throw new IllegalArgumentException(
          "Rope: an even number of features and a base above 0 are needed; got %d and %s"
              .formatted(features, base));
    }
  }

  /** Halves and base 10,000. */
  public static Rope of(int features) {
    return new Rope(features, 10_000, Pairing.HALVES);
  }

  /**
   * Turns queries or keys.
   *
   * @param x [..., time, ..., features], for example [batch, time, heads, features] with axis -3
   * @param axis the axis of time, counted from the end: -2 or before it
   * @param first the position of the first along that axis, 0 unless others came before
   * @throws IllegalArgumentException if the axis is not counted from the end or is the last, the
   *     position is negative, or x has other features
   */
  public Tensor apply(Tensor x, int axis, long first) {
    if (axis > -2 || first < 0) {
      throw new IllegalArgumentException(
          "Rope: an axis before the last, counted from the end, and a first position of 0 or more"
              + " are needed; got %d and %d".formatted(axis, first));
    }
    Checks.features("Rope", x, -axis, features);
    Tensor cos = table(x.shape().extent(axis), axis, first, false);
    Tensor sin = table(x.shape().extent(axis), axis, first, true);
    int half = features / 2;
    if (pairing == Pairing.HALVES) {
      Tensor a = x.slice(-1, 0, half);
      Tensor b = x.slice(-1, half, features);
      return Tensor.concat(-1, turned(a, b, cos, sin), turned(b, a, cos, sin.neg()));
    }
    Tensor pairs = x.reshape(x.shape().leading(-1).concat(Shape.of(half, 2)));
    Tensor a = pairs.select(-1, 0);
    Tensor b = pairs.select(-1, 1);
    return Tensor.stack(-1, turned(a, b, cos, sin), turned(b, a, cos, sin.neg()))
        .reshape(x.shape());
  }

  private static Tensor turned(Tensor a, Tensor b, Tensor cos, Tensor sin) {
    return a.mul(cos).sub(b.mul(sin));
  }

  /** Cosines or sines, [time, 1, ..., features / 2] with as many axes as x has from time on. */
  private Tensor table(long time, int axis, long first, boolean sine) {
    int half = features / 2;
    float[] values = new float[Math.toIntExact(time * half)];
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < half; i++) {
        double angle = (first + t) * Math.pow(base, -2.0 * i / features);
        values[t * half + i] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
      }
    }
    long[] extents = new long[-axis];
    Arrays.fill(extents, 1);
    extents[0] = time;
    extents[extents.length - 1] = half;
    return Tensor.of(Shape.of(extents), values);
  }
}
