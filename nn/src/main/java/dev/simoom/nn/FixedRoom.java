package dev.simoom.nn;

import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/**
 * One position's attention to keys and values that lie in room for a fixed number of positions, so
 * that shapes are the same for every position.
 */
final class FixedRoom {
  private FixedRoom() {}

  /** Complains unless x is [batch, 1, width] and the position one number. */
  static void check(String layer, Tensor x, Tensor position) {
    if (x.rank() != 3 || x.shape().extent(1) != 1 || position.shape().elements() != 1) {
      throw new IllegalArgumentException(
          "%s.step: one position, [batch, 1, width], and its number, I32[1], are needed; got %s%s and %s%s"
              .formatted(layer, x.dtype(), x.shape(), position.dtype(), position.shape()));
    }
  }

  /** The room with the keys and values [batch, 1, heads, size] of a position in their place. */
  static Past put(Past room, Tensor keys, Tensor values, Tensor position) {
    Tensor here = Tensor.arange(room.keys().shape().extent(1)).eq(position).reshape(1, -1, 1, 1);
    return new Past(
        Tensor.where(here, keys, room.keys()), Tensor.where(here, values, room.values()));
  }

  /**
   * What a position sees of the room up to itself.
   *
   * @param queries [batch, 1, heads, size], where heads is a multiple of the room's
   * @return [batch, 1, heads size]
   */
  static Tensor see(Tensor queries, Past room, Tensor position) {
    Shape keys = room.keys().shape();
    long batch = keys.extent(0);
    long capacity = keys.extent(1);
    long keyHeads = keys.extent(2);
    long size = keys.extent(3);
    long group = queries.shape().extent(2) / keyHeads;
    Tensor scores =
        queries
            .reshape(batch, keyHeads, group, size)
            .mul(1 / Math.sqrt(size))
            .matmul(room.keys().permute(0, 2, 3, 1));
    Tensor seen = Tensor.arange(capacity).le(position);
    Tensor hidden = Tensor.scalar(Double.NEGATIVE_INFINITY);
    Tensor weights = Tensor.where(seen, scores, hidden).softmax(-1);
    return weights
        .matmul(room.values().permute(0, 2, 1, 3))
        .reshape(batch, 1, keyHeads * group * size);
  }
}
