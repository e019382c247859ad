package dev.simoom.optim;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.PackedBytes;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.List;
import java.util.function.Supplier;

/** A moment of a group of parameters in memory. */
sealed interface Moment {
  /** The moment as F32, in the shape of the group's arithmetic. */
  Tensor read();

  /**
   * Replaces it.
   *
   * @param random random numbers in [0, 1), asked for where they are needed
   */
  void write(Tensor next, Supplier<Tensor> random);

  /** What it lies in. */
  List<Stored> stored();

  /**
   * A variable of a moment.
   *
   * @param suffix of its name in files
   * @param part elements that belong to {@code ofElements} elements of the parameters
   * @param ofElements see there
   */
  record Stored(Variable variable, String suffix, long part, long ofElements) {}

  /** A moment of a group in a format, zero. */
  static Moment zeros(String name, Shape shape, StateFormat format, boolean signed, boolean slow) {
    return switch (format) {
      case StateFormat.Bfloat16(boolean slowOnly, boolean stochastic, long _)
          when slow || !slowOnly ->
          new Rounded(Variable.zeros(name, shape, DType.BF16), stochastic);
      case StateFormat.Blockwise _ -> Blocks.zeros(name, shape, signed);
      default -> new Single(Variable.zeros(name, shape, DType.F32));
    };
  }

  /** Single precision. */
  record Single(Variable variable) implements Moment {
    @Override
    public Tensor read() {
      return variable.value();
    }

    @Override
    public void write(Tensor next, Supplier<Tensor> random) {
      variable.assign(next);
    }

    @Override
    public List<Stored> stored() {
      return List.of(new Stored(variable, "", 1, 1));
    }
  }

  /** Bfloat16. */
  record Rounded(Variable variable, boolean stochastic) implements Moment {
    @Override
    public Tensor read() {
      return variable.value().cast(DType.F32);
    }

    @Override
    public void write(Tensor next, Supplier<Tensor> random) {
      variable.assign(
          stochastic ? StochasticRounding.round(next, random.get()) : next.cast(DType.BF16));
    }

    @Override
    public List<Stored> stored() {
      return List.of(new Stored(variable, "", 1, 1));
    }
  }

  /**
   * Bytes in blocks with one scale each.
   *
   * @param words four blocks to a row of integers
   * @param scales the largest absolute value of each block
   */
  record Blocks(Variable words, Variable scales, boolean signed) implements Moment {
    /** Elements of a block. */
    static final int BLOCK = 256;

    /** Elements of four blocks, of which memory is made. */
    static final int UNIT = PackedBytes.ROWS * BLOCK;

    /** Parameters of fewer elements keep single precision. */
    static final int LEAST = 4096;

    static Blocks zeros(String name, Shape shape, boolean signed) {
      long units = shape.extent(0);
      return new Blocks(
          Variable.zeros(name, Shape.of(units, BLOCK), DType.I32),
          Variable.zeros(name + ".scale", Shape.of(units, PackedBytes.ROWS), DType.F32),
          signed);
    }

    @Override
    public Tensor read() {
      return PackedBytes.unpack(words.value(), signed).mul(scales.value().unsqueeze(2));
    }

    @Override
    public void write(Tensor next, Supplier<Tensor> random) {
      // An infinite square is kept as the largest number: infinity would make NaN of all others.
      Tensor scale = next.abs().max(2).minimum(Tensor.scalar(Float.MAX_VALUE));
      Tensor inverse = Tensor.scalar(1).div(scale.maximum(Tensor.scalar(Float.MIN_NORMAL)));
      words.assign(PackedBytes.pack(next.mul(inverse.unsqueeze(2)), signed));
      scales.assign(scale);
    }

    @Override
    public List<Stored> stored() {
      return List.of(
          new Stored(words, "", BLOCK, UNIT), new Stored(scales, ".scale", PackedBytes.ROWS, UNIT));
    }
  }
}
