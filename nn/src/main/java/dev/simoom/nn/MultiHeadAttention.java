package dev.simoom.nn;

import dev.simoom.tensor.RandomStream;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Self-attention with several heads along one axis, [..., time, ..., width] to the same (Vaswani et
 * al., arXiv 1706.03762). The other axes are independent, and no axis is moved for it.
 *
 * <p>One product gives queries, keys and values of all heads side by side, {@code [q | k | v]},
 * each {@code [head 0 | head 1 | ...]}; the heads are views of it.
 *
 * @param qkv [width] to [3 width]
 * @param output [width] to [width], of the heads' results side by side
 * @param heads a divisor of the width
 * @param causal whether a position sees only itself and those before it
 * @param axis the axis of time, counted from the end: -2 is the one before the features
 * @param headNorms of queries and keys before their products, or null for none
 */
public record MultiHeadAttention(
    Linear qkv, Linear output, int heads, boolean causal, int axis, @Nullable HeadNorms headNorms)
    implements Layer {
  /**
   * An attention of given layers.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public MultiHeadAttention {
    long width = qkv.in();
    Checks.same("MultiHeadAttention: the features that qkv gives", 3 * width, qkv.out());
    Checks.same("MultiHeadAttention: the features that the output layer takes", width, output.in());
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "MultiHeadAttention: the number of heads must divide the width "
              + width
              + "; got "
              + heads);
    }
    if (axis > -2) {
      throw new IllegalArgumentException(
          "MultiHeadAttention: the axis must be -2 or before it; got " + axis);
    }
  }

  /** An attention along the axis before the last. */
  public MultiHeadAttention(Linear qkv, Linear output, int heads, boolean causal) {
    this(qkv, output, heads, causal, -2, null);
  }

  /**
   * Root-mean-square norms of each head's queries and keys, which bound what goes into the softmax
   * (Henry et al., arXiv 2010.04245).
   *
   * @param queries over [width / heads]
   * @param keys over [width / heads]
   */
  public record HeadNorms(RmsNorm queries, RmsNorm keys) implements Module {
    /** Norms of weight one. */
    public static HeadNorms create(long features) {
      return new HeadNorms(RmsNorm.create(features), RmsNorm.create(features));
    }

    @Override
    public SequencedMap<String, Variable> parameters() {
      return Parameters.collect().module("queries", queries).module("keys", keys).toMap();
    }
  }

  /**
   * What later positions need of those before them.
   *
   * @param keys [..., time, ..., heads, width / heads]
   * @param values of the same shape
   */
  public record Past(Tensor keys, Tensor values) {}

  /**
   * The result for new positions.
   *
   * @param output [..., new time, ..., width]
   * @param past with the new positions at its end
   */
  public record Step(Tensor output, Past past) {}

  /** Xavier-uniform weights, biases of zero. */
  public static MultiHeadAttention create(
      long width, int heads, boolean causal, RandomStream random) {
    Initializer weights = Initializer.xavierUniform(1);
    return create(width, heads, causal, weights, weights, random);
  }

  /** Weights as the initialisers make them, biases of zero. */
  public static MultiHeadAttention create(
      long width,
      int heads,
      boolean causal,
      Initializer qkvWeights,
      Initializer outputWeights,
      RandomStream random) {
    Linear qkv = Linear.create(width, 3 * width, qkvWeights, random);
    Linear output = Linear.create(width, width, outputWeights, random);
    return new MultiHeadAttention(qkv, output, heads, causal);
  }

  /** The same attention along another axis, counted from the end. */
  public MultiHeadAttention along(int newAxis) {
    return new MultiHeadAttention(qkv, output, heads, causal, newAxis, headNorms);
  }

  /** The same attention with norms of queries and keys. */
  public MultiHeadAttention withHeadNorms() {
    HeadNorms norms = HeadNorms.create(qkv.in() / heads);
    return new MultiHeadAttention(qkv, output, heads, causal, axis, norms);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    return attend(x, null, training).output;
  }

  /**
   * The result for positions that follow others, whose keys and values were kept: what {@link
   * #forward} gives for them where it sees all.
   *
   * @param x [..., new time, ..., width]
   * @param past of the positions before, or null where there are none
   * @throws IllegalStateException if the attention is not causal, so that earlier results would
   *     change
   */
  public Step extend(Tensor x, @Nullable Past past) {
    if (!causal) {
      throw new IllegalStateException("MultiHeadAttention.extend: only causal attention can");
    }
    return attend(x, past, false);
  }

  /**
   * The result for one position that follows others, whose keys and values lie in room for a fixed
   * number of positions: what {@link #extend} gives for it, in a program that does for every
   * position.
   *
   * @param x [batch, 1, width]
   * @param room [batch, capacity, heads, width / heads], of which what lies before the position is
   *     looked at
   * @param position its number, I32 [1], below the capacity
   * @return with the room that has the position's own key and value in its place
   * @throws IllegalStateException if the attention is not causal along the axis before the last
   */
  public Step step(Tensor x, Past room, Tensor position) {
    if (!causal || axis != -2) {
      throw new IllegalStateException(
          "MultiHeadAttention.step: only causal attention along the axis before the last can");
    }
    FixedRoom.check("MultiHeadAttention", x, position);
    Parts parts = parts(x, false);
    Past filled = FixedRoom.put(room, parts.keys, parts.values, position);
    return new Step(output.forward(FixedRoom.see(parts.queries, filled, position)), filled);
  }

  /** Each [..., time, ..., heads, width / heads]. */
  private record Parts(Tensor queries, Tensor keys, Tensor values) {}

  private Parts parts(Tensor x, boolean training) {
    long width = qkv.in();
    Checks.features("MultiHeadAttention", x, -axis, width);
    Shape split = x.shape().leading(-1).concat(Shape.of(3, heads, width / heads));
    Tensor all = qkv.forward(x, training).reshape(split);
    Tensor queries = all.select(-3, 0);
    Tensor keys = all.select(-3, 1);
    if (headNorms != null) {
      queries = headNorms.queries.forward(queries, training);
      keys = headNorms.keys.forward(keys, training);
    }
    return new Parts(queries, keys, all.select(-3, 2));
  }

  private Step attend(Tensor x, @Nullable Past past, boolean training) {
    Parts parts = parts(x, training);
    Tensor keys = parts.keys;
    Tensor values = parts.values;
    // The features are two axes now, heads and what a head has.
    int time = axis - 1;
    if (past != null) {
      keys = Tensor.concat(time, past.keys, keys);
      values = Tensor.concat(time, past.values, values);
    }
    Tensor mixed = Tensor.scaledDotProductAttention(parts.queries, keys, values, causal, time);
    return new Step(output.forward(mixed.reshape(x.shape()), training), new Past(keys, values));
  }

  @Override
  public SequencedMap<String, Variable> parameters() {
    Parameters all = Parameters.collect().module("qkv", qkv).module("output", output);
    return (headNorms == null ? all : all.module("headNorms", headNorms)).toMap();
  }
}
