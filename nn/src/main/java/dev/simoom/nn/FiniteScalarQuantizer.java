package dev.simoom.nn;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntToDoubleFunction;

/**
 * Rounds each feature to one of a few levels between -1 and 1; a code is a combination of levels,
 * and there is nothing to learn or to collapse (Mentzer et al., arXiv 2309.15505).
 *
 * @param levels of each feature, 2 or more
 */
public record FiniteScalarQuantizer(List<Integer> levels) implements Quantizer {
  /** Keeps the outermost levels reachable where tanh is flat. */
  private static final double MARGIN = 1e-3;

  /**
   * A quantizer of given levels.
   *
   * @throws IllegalArgumentException if a feature has fewer than two
   */
  public FiniteScalarQuantizer {
    levels = List.copyOf(levels);
    if (levels.isEmpty() || levels.stream().anyMatch(l -> l < 2)) {
      throw new IllegalArgumentException(
          "FiniteScalarQuantizer: features of two levels or more are needed; got " + levels);
    }
    new Digits(levels);
  }

  @Override
  public int codes() {
    return new Digits(levels).numbers();
  }

  @Override
  public int width() {
    return levels.size();
  }

  @Override
  public Quantized quantize(Tensor x) {
    Checks.features("FiniteScalarQuantizer", x, 1, width());
    Tensor bounded =
        x.add(constants(this::shift))
            .tanh()
            .mul(constants(this::reach))
            .sub(constants(this::offset));
    // Casts cut off towards zero: halves are added above it.
    Tensor lowest = constants(i -> levels.get(i) / 2);
    Tensor level = bounded.stopGradient().add(lowest).add(0.5).cast(DType.I32);
    Tensor indices = new Digits(levels).numbers(level);
    Tensor rounded = level.cast(DType.F32).sub(lowest).straightThrough(bounded);
    return new Quantized(rounded.div(lowest), indices, Tensor.scalar(0));
  }

  @Override
  public Tensor lookup(Tensor indices) {
    Tensor level = new Digits(levels).of(indices);
    Tensor lowest = constants(i -> levels.get(i) / 2);
    return level.cast(DType.F32).sub(lowest).div(lowest);
  }

  private double reach(int feature) {
    return (levels.get(feature) - 1) * (1 + MARGIN) / 2;
  }

  /** With an even number of levels none lies in the middle. */
  private double offset(int feature) {
    return levels.get(feature) % 2 == 0 ? 0.5 : 0;
  }

  private double shift(int feature) {
    double y = offset(feature) / reach(feature);
    return 0.5 * Math.log((1 + y) / (1 - y));
  }

  private Tensor constants(IntToDoubleFunction of) {
    float[] values = new float[width()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) of.applyAsDouble(i);
    }
    return Tensor.of(values);
  }

  /** None. */
  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().toMap();
  }
}
