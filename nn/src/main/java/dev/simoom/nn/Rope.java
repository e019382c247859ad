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
 * @param scaling what becomes of the frequencies in a model whose context was extended
 */
public record Rope(int features, double base, Pairing pairing, Scaling scaling) {
  /** Which features make pair i. */
  public enum Pairing {
    /** {@code i} and {@code i + d / 2}, as in Llama's checkpoints on Hugging Face. */
    HALVES,
    /** {@code 2 i} and {@code 2 i + 1}, as in the paper. */
    NEIGHBOURS
  }

  /** What a pair's frequency, in radians for each position, becomes. */
  public sealed interface Scaling {
    /** The frequency that is used. */
    double of(double frequency);

    /** Frequencies as they are. */
    record Unscaled() implements Scaling {
      @Override
      public double of(double frequency) {
        return frequency;
      }
    }

    /**
     * All divided by one factor, as if positions were closer together (Chen et al., arXiv
     * 2306.15595).
     *
     * @param factor above 0
     */
    record Linear(double factor) implements Scaling {
      /** Checks the factor. */
      public Linear {
        require(factor > 0, "a factor above 0 is needed", factor);
      }

      @Override
      public double of(double frequency) {
        return frequency / factor;
      }
    }

    /**
     * As in Llama 3.1: pairs that turn often within the original context keep their frequency,
     * those that turn rarely are divided by a factor, and those between go from one to the other
     * (Grattafiori et al., arXiv 2407.21783).
     *
     * @param factor above 0
     * @param lowTurns in the original context, up to which a frequency is divided
     * @param highTurns from which on it is kept; more than {@code lowTurns}
     * @param originalContext positions
     */
    record Llama3(double factor, double lowTurns, double highTurns, double originalContext)
        implements Scaling {
      /** Checks the numbers. */
      public Llama3 {
        require(factor > 0, "a factor above 0 is needed", factor);
        require(originalContext > 0, "an original context above 0 is needed", originalContext);
        require(
            lowTurns > 0 && highTurns > lowTurns,
            "a low number of turns above 0 and below the high one, " + highTurns + ", is needed",
            lowTurns);
      }

      @Override
      public double of(double frequency) {
        double turns = originalContext * frequency / (2 * Math.PI);
        double kept = Math.clamp((turns - lowTurns) / (highTurns - lowTurns), 0, 1);
        return frequency * (kept + (1 - kept) / factor);
      }
    }

    private static void require(boolean condition, String wanted, double number) {
      if (!condition) {
        throw new IllegalArgumentException("Rope: " + wanted + "; got " + number);
      }
    }
  }

  /**
   * Cosines and sines of the angles at some positions.
   *
   * @param cos [positions, features / 2]
   * @param sin of the same shape
   */
  public record Turns(Tensor cos, Tensor sin) {
    /** Those at chosen ones of the positions: indices I32 [n]. */
    public Turns at(Tensor indices) {
      return new Turns(cos.gather(indices), sin.gather(indices));
    }
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

  /** One whose frequencies are not scaled. */
  public Rope(int features, double base, Pairing pairing) {
    this(features, base, pairing, new Scaling.Unscaled());
  }

  /** Halves and base 10,000. */
  public static Rope of(int features) {
    return new Rope(features, 10_000, Pairing.HALVES);
  }

  /** The angles at positions that follow each other. */
  public Turns turns(long first, long positions) {
    int half = features / 2;
    float[] cos = new float[Math.toIntExact(positions * half)];
    float[] sin = new float[cos.length];
    for (int i = 0; i < half; i++) {
      double frequency = scaling.of(Math.pow(base, -2.0 * i / features));
      for (int t = 0; t < positions; t++) {
        double angle = (first + t) * frequency;
        cos[t * half + i] = (float) Math.cos(angle);
        sin[t * half + i] = (float) Math.sin(angle);
      }
    }
    Shape shape = Shape.of(positions, half);
    return new Turns(Tensor.of(shape, cos), Tensor.of(shape, sin));
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
    return apply(x, axis, turns(first, x.shape().extent(axis)));
  }

  /**
   * Turns queries or keys by angles that several layers share.
   *
   * @param x [..., time, ..., features]
   * @param axis the axis of time, counted from the end: -2 or before it
   * @param turns at the positions along that axis
   */
  public Tensor apply(Tensor x, int axis, Turns turns) {
    Checks.features("Rope", x, -axis, features);
    Tensor cos = along(axis, turns.cos);
    Tensor sin = along(axis, turns.sin);
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

  /** A table as [time, 1, ..., features / 2], with as many axes as there are from time on. */
  private static Tensor along(int axis, Tensor table) {
    long[] extents = new long[-axis];
    Arrays.fill(extents, 1);
    extents[0] = table.shape().extent(0);
    extents[extents.length - 1] = table.shape().extent(1);
    return table.reshape(extents);
  }
}
