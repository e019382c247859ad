package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.DynamicMap;
import dev.simoom.kernels.ScalarOp;

/**
 * Numbers of [-1, 1] or [0, 1] in one byte each, the nearest of the 256 of a {@link DynamicMap}.
 *
 * <p>Four rows make a row of integers: an element of each is a byte of the integer in its column.
 * So whole rows are loaded, whatever they are packed with, and a loop may take the largest of a row
 * on the way.
 */
public final class PackedBytes {
  /** How many rows make one. */
  public static final int ROWS = 4;

  private PackedBytes() {}

  /**
   * The numbers that bytes stand for.
   *
   * @param words I32 [n, columns]
   * @param signed whether the map has numbers below 0
   * @return F32 [n, 4, columns]
   */
  public static Tensor unpack(Tensor words, boolean signed) {
    if (words.rank() != 2 || words.dtype() != DType.I32) {
      throw Ops.bad("unpack", "integers [n, columns] are needed", words);
    }
    Shape shape = Shape.of(words.shape().extent(0), ROWS, words.shape().extent(1));
    ScalarOp op = signed ? ScalarOp.UNPACK_SIGNED : ScalarOp.UNPACK_UNSIGNED;
    return Ops.pointwise(op, words.unsqueeze(1).expand(shape), Tensor.iota(shape, 1));
  }

  /**
   * The nearest bytes. No gradient passes.
   *
   * @param numbers F32 [n, 4, columns]; those beyond the map become its last, NaN becomes 0
   * @param signed whether the map has numbers below 0
   * @return I32 [n, columns]
   */
  public static Tensor pack(Tensor numbers, boolean signed) {
    if (numbers.rank() != 3 || numbers.shape().extent(1) != ROWS || !numbers.dtype().isFloating()) {
      throw Ops.bad("pack", "real numbers [n, " + ROWS + ", columns] are needed", numbers);
    }
    ScalarOp op = signed ? ScalarOp.PACK_SIGNED : ScalarOp.PACK_UNSIGNED;
    Tensor row = Tensor.iota(numbers.shape(), 1).cast(DType.F32);
    return Ops.pointwise(op, numbers, row).sum(1);
  }
}
