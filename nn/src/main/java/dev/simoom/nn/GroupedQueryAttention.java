package dev.simoom.nn;

import dev.simoom.nn.MultiHeadAttention.HeadNorms;
import dev.simoom.nn.MultiHeadAttention.Past;
import dev.simoom.nn.MultiHeadAttention.Step;
import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Causal self-attention with rotary positions in which several heads of queries share one head of
 * keys and values, [..., time, width] to the same (Ainslie et al., arXiv 2305.13245; Su et al.,
 * arXiv 2104.09864).
 *
 * <p>One product gives queries, keys and values side by side, {@code [q | k | v]}, each {@code
 * [head 0 | head 1 | ...]}. Query heads {@code g h .. g h + g - 1} read key head h, where g is how
 * many share one; a shared head is read where it lies.
 *
 * @param qkv [width] to [(heads + 2 keyHeads) size], the size of a head being that of the rope
 * @param output [heads size] to [width]
 * @param heads of queries, a multiple of the key heads
 * @param keyHeads of keys and values
 * @param rope turns queries and keys by their positions
 * @param headNorms of queries and keys before they are turned, or null for none
 */
public record GroupedQueryAttention(
    Linear qkv, Linear output, int heads, int keyHeads, Rope rope, @Nullable HeadNorms headNorms)
    implements Layer {
  /**
   * An attention of given layers.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public GroupedQueryAttention {
    if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0) {
      throw new IllegalArgumentException(
          "GroupedQueryAttention: the number of heads must be a multiple of that of key heads;"
              + " got %d and %d".formatted(heads, keyHeads));
    }
    long size = rope.features();
    Checks.same(
        "GroupedQueryAttention: the features that qkv gives",
        (heads + 2L * keyHeads) * size,
        qkv.out());
    Checks.same(
        "GroupedQueryAttention: the features that the output layer takes",
        heads * size,
        output.in());
    if (headNorms != null) {
      Checks.vector("GroupedQueryAttention", headNorms.queries().weight(), size);
      Checks.vector("GroupedQueryAttention", headNorms.keys().weight(), size);
    }
  }

  /** Xavier-uniform weights, no biases, no norms of heads. */
  public static GroupedQueryAttention create(
      long width, int heads, int keyHeads, Rope rope, RandomStream random) {
    Initializer weights = Initializer.xavierUniform(1);
    long size = rope.features();
    return new GroupedQueryAttention(
        Linear.withoutBias(width, (heads + 2L * keyHeads) * size, weights, random),
        Linear.withoutBias(heads * size, width, weights, random),
        heads,
        keyHeads,
        rope,
        null);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    Checks.features("GroupedQueryAttention", x, 2, qkv.in());
    return forward(x, rope.turns(0, x.shape().extent(-2)));
  }

  /**
   * The result with angles that several layers share.
   *
   * @param turns of as many positions as there are times
   */
  public Tensor forward(Tensor x, Rope.Turns turns) {
    return extend(x, turns).output();
  }

  /**
   * The same result with the keys, turned, and values of all positions, [..., time, key heads,
   * size].
   */
  public Step extend(Tensor x, Rope.Turns turns) {
    Checks.features("GroupedQueryAttention", x, 2, qkv.in());
    Parts parts = parts(x, turns);
    long[] leading = x.shape().leading(-1).toArray();
    int group = heads / keyHeads;
    Shape grouped = Shape.of(leading).concat(Shape.of(keyHeads, group, rope.features()));
    Tensor mixed =
        Tensor.scaledDotProductAttention(
            parts.queries.reshape(grouped),
            parts.keys.unsqueeze(-2).expand(grouped),
            parts.values.unsqueeze(-2).expand(grouped),
            true,
            -4);
    Shape flat = Shape.of(leading).concat(Shape.of((long) heads * rope.features()));
    return new Step(output.forward(mixed.reshape(flat)), new Past(parts.keys, parts.values));
  }

  /**
   * The result for one position that follows others, whose keys and values lie in room for a fixed
   * number of positions, as {@link MultiHeadAttention#step} has it.
   *
   * @param x [batch, 1, width]
   * @param turns at the position
   * @param room [batch, capacity, key heads, size]
   * @param position its number, I32 [1], below the capacity
   */
  public Step step(Tensor x, Rope.Turns turns, Past room, Tensor position) {
    FixedRoom.check("GroupedQueryAttention", x, position);
    Checks.features("GroupedQueryAttention", x, 2, qkv.in());
    Parts parts = parts(x, turns);
    Past filled = FixedRoom.put(room, parts.keys, parts.values, position);
    return new Step(output.forward(FixedRoom.see(parts.queries, filled, position)), filled);
  }

  /** Queries [..., time, heads, size], keys and values [..., time, key heads, size]. */
  private record Parts(Tensor queries, Tensor keys, Tensor values) {}

  private Parts parts(Tensor x, Rope.Turns turns) {
    long all = heads + 2L * keyHeads;
    long turned = heads + keyHeads;
    Tensor split =
        qkv.forward(x).reshape(x.shape().leading(-1).concat(Shape.of(all, rope.features())));
    Tensor queries = split.slice(-2, 0, heads);
    Tensor keys = split.slice(-2, heads, turned);
    if (headNorms != null) {
      queries = headNorms.queries().forward(queries);
      keys = headNorms.keys().forward(keys);
    }
    return new Parts(
        rope.apply(queries, -3, turns), rope.apply(keys, -3, turns), split.slice(-2, turned, all));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().module("qkv", qkv).module("output", output);
    return (headNorms == null ? all : all.module("headNorms", headNorms)).toMap();
  }
}
