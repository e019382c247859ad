package dev.simoom.nn;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Numbers as digits of several bases, the first counting ones. */
final class Digits {
  /** Up to here half a number more or less is exact in F32, by which digits are found. */
  private static final int MOST = 1 << 22;

  private final int[] bases;
  private final int[] values;

  /** How many numbers there are. */
  private final int numbers;

  Digits(List<Integer> bases) {
    this.bases = bases.stream().mapToInt(b -> b).toArray();
    values = new int[bases.size()];
    long value = 1;
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) value;
      value *= this.bases[i];
      if (value > MOST) {
        throw new IllegalArgumentException(
            "at most " + MOST + " codes can be told apart: " + bases);
      }
    }
    numbers = (int) value;
  }

  int numbers() {
    return numbers;
  }

  /** Digits I32 [..., bases] to numbers I32 [...]. */
  Tensor numbers(Tensor digits) {
    return digits.mul(ints(values)).sum(-1);
  }

  /** Numbers I32 [...] to digits I32 [..., bases]. */
  Tensor of(Tensor numbers) {
    Tensor above = quotient(numbers, scaled());
    return quotient(numbers, values).sub(above.mul(ints(bases)));
  }

  private int[] scaled() {
    int[] scaled = new int[bases.length];
    Arrays.setAll(scaled, i -> bases[i] * values[i]);
    return scaled;
  }

  /** Casts cut off towards zero, and half a number keeps quotients away from where that matters. */
  private static Tensor quotient(Tensor numbers, int... by) {
    Tensor x = numbers.unsqueeze(-1).cast(DType.F32).add(0.5);
    return x.div(ints(by).cast(DType.F32)).cast(DType.I32);
  }

  private static Tensor ints(int... values) {
    return Tensor.ofInts(Shape.of(values.length), values);
  }
}
