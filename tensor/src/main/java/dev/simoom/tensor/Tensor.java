package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import dev.simoom.tensor.graph.EagerExecutor;
import dev.simoom.tensor.graph.Node;
import dev.simoom.tensor.graph.Op;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * An immutable n-dimensional array of numbers, or a symbol for one while a {@link Program} is
 * traced.
 *
 * <p>Binary operations broadcast by NumPy's rules; an axis may be counted from the end, -1 being
 * the last. Shapes and types are checked by the call at fault, with an {@link
 * IllegalArgumentException} that names the operation and its operands. Equality is identity.
 */
public final class Tensor {
  /** The longest array that every JVM makes. */
  private static final long MOST_IN_ARRAY = Integer.MAX_VALUE - 8;

  private final Node node;

  Tensor(Node node) {
    this.node = node;
  }

  Node node() {
    return node;
  }

  Node.Stored stored() {
    return Recorder.stored(node);
  }

  // ---------------------------------------------------------------- making

  /** A single number, F32. */
  public static Tensor scalar(double value) {
    return full(Shape.SCALAR, value);
  }

  /** A row of numbers, F32 [n]. */
  public static Tensor of(float... values) {
    return of(Shape.of(values.length), values);
  }

  /** Numbers in row-major order, F32. */
  public static Tensor of(Shape shape, float... values) {
    requireCount(shape, values.length);
    return Recorder.data(shape, DType.F32, s -> s.copyFrom(MemorySegment.ofArray(values)));
  }

  /** Integers in row-major order, I32. */
  public static Tensor ofInts(Shape shape, int... values) {
    requireCount(shape, values.length);
    return Recorder.data(shape, DType.I32, s -> s.copyFrom(MemorySegment.ofArray(values)));
  }

  /**
   * Elements in row-major order, copied from memory.
   *
   * @throws IllegalArgumentException if the memory has not the size that shape and type take
   */
  public static Tensor of(Shape shape, DType dtype, MemorySegment elements) {
    long bytes = shape.elements() * dtype.bytes();
    if (elements.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "of: " + dtype + shape + " takes " + bytes + " bytes, got " + elements.byteSize());
    }
    return Recorder.data(shape, dtype, s -> s.copyFrom(elements));
  }

  private static void requireCount(Shape shape, int count) {
    if (shape.elements() != count) {
      throw new IllegalArgumentException(
          "of: shape " + shape + " takes " + shape.elements() + " elements, got " + count);
    }
  }

  /** The same number everywhere, F32. */
  public static Tensor full(Shape shape, double value) {
    return full(shape, DType.F32, value);
  }

  /** The same number everywhere. */
  public static Tensor full(Shape shape, DType dtype, double value) {
    return Recorder.record(new Op.Fill(value), shape, dtype);
  }

  /** Zeros, F32. */
  public static Tensor zeros(Shape shape) {
    return full(shape, 0);
  }

  /** Ones, F32. */
  public static Tensor ones(Shape shape) {
    return full(shape, 1);
  }

  /** 0, 1, 2, ..., I32 [n]. */
  public static Tensor arange(long n) {
    return iota(Shape.of(n), 0);
  }

  /** The coordinate along an axis, I32. */
  public static Tensor iota(Shape shape, int axis) {
    return Recorder.record(new Op.Iota(shape.axis(axis)), shape, DType.I32);
  }

  // ---------------------------------------------------------------- asking

  /** The extents. */
  public Shape shape() {
    return node.shape();
  }

  /** The element type. */
  public DType dtype() {
    return node.dtype();
  }

  /** Number of axes. */
  public int rank() {
    return shape().rank();
  }

  /** The only element. */
  public float item() {
    if (shape().elements() != 1) {
      throw Ops.bad("item", "a tensor of one element is needed", this);
    }
    return toFloatArray()[0];
  }

  /** All elements in row-major order, widened or converted to float. */
  public float[] toFloatArray() {
    requireArray("toFloatArray");
    Tensor floats = dtype() == DType.F32 ? this : cast(DType.F32);
    float[] elements = floats.contiguousSegment().toArray(ValueLayout.JAVA_FLOAT);
    EagerExecutor.checkUsable(floats.node);
    return elements;
  }

  /** All elements in row-major order; I32 or BOOL. */
  public int[] toIntArray() {
    if (dtype().isFloating()) {
      throw Ops.bad("toIntArray", "integers or truth values are needed (cast to I32)", this);
    }
    requireArray("toIntArray");
    int[] elements = contiguousSegment().toArray(ValueLayout.JAVA_INT);
    EagerExecutor.checkUsable(node);
    return elements;
  }

  private void requireArray(String op) {
    if (shape().elements() > MOST_IN_ARRAY) {
      throw Ops.bad(op, "a Java array holds fewer elements; read contiguousSegment()", this);
    }
  }

  /** The elements in row-major order; read it while the tensor lives, do not write. */
  public MemorySegment contiguousSegment() {
    Node.Stored value = stored();
    boolean dense =
        shape().elements() <= 1 || value.layout().collapse().strides().equals(List.of(1L));
    if (!dense) {
      value = copy().stored();
    }
    long start = value.layout().offset() * dtype().bytes();
    return value.storage().buffer().content().asSlice(start, shape().elements() * dtype().bytes());
  }

  /** The elements as NumPy prints them. */
  @Override
  public String toString() {
    if (Trace.current() != null && node.stored() == null) {
      return "Tensor(" + node + ", symbolic)";
    }
    MemorySegment data = (dtype().isFloating() ? cast(DType.F32) : this).contiguousSegment();
    return TensorFormat.format(
        shape(),
        dtype(),
        i ->
            dtype().isFloating()
                ? data.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                : data.getAtIndex(ValueLayout.JAVA_INT, i));
  }

  // ---------------------------------------------------------------- arithmetic

  /** {@code this + other}. */
  public Tensor add(Tensor other) {
    return Ops.pointwise(ScalarOp.ADD, this, other);
  }

  /** {@code this + number}. */
  public Tensor add(double number) {
    return add(Ops.like(this, number));
  }

  /** {@code this - other}. */
  public Tensor sub(Tensor other) {
    return Ops.pointwise(ScalarOp.SUB, this, other);
  }

  /** {@code this - number}. */
  public Tensor sub(double number) {
    return sub(Ops.like(this, number));
  }

  /** {@code this other}, element by element. */
  public Tensor mul(Tensor other) {
    return Ops.pointwise(ScalarOp.MUL, this, other);
  }

  /** {@code this number}. */
  public Tensor mul(double number) {
    return mul(Ops.like(this, number));
  }

  /** {@code this / other}, F32. */
  public Tensor div(Tensor other) {
    return Ops.pointwise(ScalarOp.DIV, this, other);
  }

  /** {@code this / number}, F32. */
  public Tensor div(double number) {
    return div(Ops.like(this, number));
  }

  /** The larger of two. */
  public Tensor maximum(Tensor other) {
    return Ops.pointwise(ScalarOp.MAX, this, other);
  }

  /** The smaller of two. */
  public Tensor minimum(Tensor other) {
    return Ops.pointwise(ScalarOp.MIN, this, other);
  }

  /** The opposite number. */
  public Tensor neg() {
    return Ops.pointwise(ScalarOp.NEG, this);
  }

  /** The absolute value. */
  public Tensor abs() {
    return Ops.pointwise(ScalarOp.ABS, this);
  }

  /** The square. */
  public Tensor square() {
    return mul(this);
  }

  /** The square root, F32. */
  public Tensor sqrt() {
    return Ops.pointwise(ScalarOp.SQRT, this);
  }

  /** One over the square root, F32. */
  public Tensor rsqrt() {
    return Ops.like(this, 1).div(sqrt());
  }

  /** {@code e^this}, F32. */
  public Tensor exp() {
    return Ops.pointwise(ScalarOp.EXP, this);
  }

  /** The natural logarithm, F32. */
  public Tensor log() {
    return Ops.pointwise(ScalarOp.LOG, this);
  }

  /** The hyperbolic tangent, F32. */
  public Tensor tanh() {
    return Ops.pointwise(ScalarOp.TANH, this);
  }

  /** The sine, F32. */
  public Tensor sin() {
    return Ops.pointwise(ScalarOp.SIN, this);
  }

  /** The cosine, F32. */
  public Tensor cos() {
    return Ops.pointwise(ScalarOp.COS, this);
  }

  /**
   * The value raised to a fixed power; where that is not a small integer or a half, of positive
   * values.
   */
  public Tensor pow(double exponent) {
    return Ops.pow(this, exponent);
  }

  /** {@code 1 / (1 + e^-this)}. */
  public Tensor sigmoid() {
    return Ops.like(this, 1).div(neg().exp().add(1));
  }

  /** {@code max(this, 0)}, gradient 0 at 0. */
  public Tensor relu() {
    return where(le(0), Ops.like(this, 0), this);
  }

  /** {@code this sigmoid(this)}. */
  public Tensor silu() {
    return mul(sigmoid());
  }

  /**
   * The Gaussian error linear unit in its tanh form, {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715
   * x^3)))} (Hendrycks and Gimpel, arXiv 1606.08415).
   */
  public Tensor gelu() {
    Tensor inner = mul(square()).mul(0.044715).add(this).mul(Math.sqrt(2 / Math.PI));
    return mul(0.5).mul(inner.tanh().add(1));
  }

  /** The Gaussian error linear unit as it is defined, {@code x/2 (1 + erf(x / sqrt(2)))}. */
  public Tensor geluExact() {
    return mul(0.5).mul(mul(Math.sqrt(0.5)).erf().add(1));
  }

  /** The error function, F32; right to 1.2e-7. */
  public Tensor erf() {
    return Functions.erf(this);
  }

  /** {@code log(1 + e^this)}, without overflow. */
  public Tensor softplus() {
    return maximum(Ops.like(this, 0)).add(abs().neg().exp().add(1).log());
  }

  /** The value cut to a range. */
  public Tensor clamp(double low, double high) {
    return maximum(Ops.like(this, low)).minimum(Ops.like(this, high));
  }

  /** 1, 0 or -1 with the sign of the value, 0 for NaN; gradient 0. */
  public Tensor sign() {
    return Functions.sign(this);
  }

  /** The largest whole number not above; gradient 0. */
  public Tensor floor() {
    return Functions.floor("floor", this);
  }

  /** The smallest whole number not below; gradient 0. */
  public Tensor ceil() {
    return Functions.ceil(this);
  }

  /** The nearest whole number, of two the even one; gradient 0. */
  public Tensor round() {
    return Functions.round(this);
  }

  // ---------------------------------------------------------------- comparing and choosing

  /** Whether {@code this < other}, BOOL. */
  public Tensor lt(Tensor other) {
    return Ops.pointwise(ScalarOp.LT, this, other);
  }

  /** Whether {@code this < number}, BOOL. */
  public Tensor lt(double number) {
    return lt(Ops.like(this, number));
  }

  /** Whether {@code this <= other}, BOOL. */
  public Tensor le(Tensor other) {
    return Ops.pointwise(ScalarOp.LE, this, other);
  }

  /** Whether {@code this <= number}, BOOL. */
  public Tensor le(double number) {
    return le(Ops.like(this, number));
  }

  /** Whether {@code this > other}, BOOL. */
  public Tensor gt(Tensor other) {
    return Ops.pointwise(ScalarOp.GT, this, other);
  }

  /** Whether {@code this > number}, BOOL. */
  public Tensor gt(double number) {
    return gt(Ops.like(this, number));
  }

  /** Whether {@code this >= other}, BOOL. */
  public Tensor ge(Tensor other) {
    return Ops.pointwise(ScalarOp.GE, this, other);
  }

  /** Whether {@code this >= number}, BOOL. */
  public Tensor ge(double number) {
    return ge(Ops.like(this, number));
  }

  /** Whether {@code this = other}, BOOL. */
  public Tensor eq(Tensor other) {
    return Ops.pointwise(ScalarOp.EQ, this, other);
  }

  /** Whether {@code this} differs from {@code other}, BOOL. */
  public Tensor ne(Tensor other) {
    return Ops.pointwise(ScalarOp.NE, this, other);
  }

  /** Both; BOOL. */
  public Tensor and(Tensor other) {
    return Ops.pointwise(ScalarOp.AND, this, other);
  }

  /** At least one; BOOL. */
  public Tensor or(Tensor other) {
    return Ops.pointwise(ScalarOp.OR, this, other);
  }

  /** The opposite; BOOL. */
  public Tensor not() {
    return Ops.pointwise(ScalarOp.NOT, this);
  }

  /** Exactly one; BOOL. */
  public Tensor xor(Tensor other) {
    return Functions.xor(this, other);
  }

  /** Whether the value is no number, BOOL. */
  public Tensor isNaN() {
    return Functions.isNaN(this);
  }

  /** Whether the value is neither infinite nor NaN, BOOL. */
  public Tensor isFinite() {
    return Functions.isFinite(this);
  }

  /** Whether one is true over the given axes, or over all where none is given; BOOL. */
  public Tensor any(int... axes) {
    return Statistics.any(this, axes);
  }

  /** Whether all are true over the given axes, or over all where none is given; BOOL. */
  public Tensor all(int... axes) {
    return Statistics.all(this, axes);
  }

  /** {@code a} where the condition holds, {@code b} elsewhere. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    return Ops.pointwise(ScalarOp.SELECT, condition, a, b);
  }

  /** The elements in another type; real numbers are cut towards zero on the way to integers. */
  public Tensor cast(DType to) {
    return Ops.cast(this, to);
  }

  // ---------------------------------------------------------------- reducing

  /** The sum over the given axes, or over all where none is given; they disappear. */
  public Tensor sum(int... axes) {
    return Ops.reduce(Reduction.SUM, this, axes, false);
  }

  /** The mean over the given axes, or over all where none is given; they disappear. */
  public Tensor mean(int... axes) {
    return Ops.mean(this, axes, false);
  }

  /** The largest over the given axes, or over all where none is given; they disappear. */
  public Tensor max(int... axes) {
    return Ops.reduce(Reduction.MAX, this, axes, false);
  }

  /** The smallest over the given axes, or over all where none is given; they disappear. */
  public Tensor min(int... axes) {
    return Ops.reduce(Reduction.MIN, this, axes, false);
  }

  /** The sum over the given axes, or over all where none is given; they stay, with extent 1. */
  public Tensor sumKeep(int... axes) {
    return Ops.reduce(Reduction.SUM, this, axes, true);
  }

  /** The mean over the given axes, or over all where none is given; they stay, with extent 1. */
  public Tensor meanKeep(int... axes) {
    return Ops.mean(this, axes, true);
  }

  /** The largest over the given axes, or over all where none is given; they stay, with extent 1. */
  public Tensor maxKeep(int... axes) {
    return Ops.reduce(Reduction.MAX, this, axes, true);
  }

  /** The product over the given axes, or over all where none is given; they disappear. */
  public Tensor prod(int... axes) {
    return Statistics.product(this, axes);
  }

  /**
   * {@code log(sum(e^x))} over the given axes, or over all where none is given, shifted by the
   * largest so that nothing overflows; they disappear.
   */
  public Tensor logSumExp(int... axes) {
    return Statistics.logSumExp(this, axes);
  }

  /**
   * The variance of a sample, {@code sum((x - mean)^2) / (n - 1)}, over the given axes, or over all
   * where none is given; they disappear.
   */
  public Tensor var(int... axes) {
    return var(axes, 1);
  }

  /** {@link #var(int...)} with another number than 1 taken off n: 0 for a whole population. */
  public Tensor var(int[] axes, double correction) {
    return Statistics.variance(this, axes, correction);
  }

  /** The square root of {@link #var(int...)}; gradient 0 where it is 0. */
  public Tensor std(int... axes) {
    return std(axes, 1);
  }

  /** The square root of {@link #var(int[], double)}; gradient 0 where it is 0. */
  public Tensor std(int[] axes, double correction) {
    return Statistics.deviation(this, axes, correction);
  }

  /**
   * The vector norm over the given axes, or over all where none is given; they disappear. Gradient
   * 0 where it is 0.
   *
   * @param p 1 for the sum of absolute values, 2 for the root of the sum of squares, {@link
   *     Double#POSITIVE_INFINITY} for the largest absolute value
   */
  public Tensor norm(double p, int... axes) {
    return Statistics.norm(this, p, axes);
  }

  /** Where along an axis the largest lies, of equal ones the first, or the first NaN; I32. */
  public Tensor argmax(int axis) {
    return Statistics.position("argmax", Reduction.MAX, this, axis);
  }

  /** Where along an axis the smallest lies, of equal ones the first, or the first NaN; I32. */
  public Tensor argmin(int axis) {
    return Statistics.position("argmin", Reduction.MIN, this, axis);
  }

  /** At each coordinate of an axis the sum of all up to there. */
  public Tensor cumsum(int axis) {
    return Scans.sum(this, axis);
  }

  /** At each coordinate of an axis the product of all up to there. */
  public Tensor cumprod(int axis) {
    return Scans.product(this, axis);
  }

  /** {@code e^x / sum(e^x)} along an axis, shifted by the largest so that nothing overflows. */
  public Tensor softmax(int axis) {
    return Statistics.softmax(this, axis);
  }

  /** The logarithm of {@link #softmax}. */
  public Tensor logSoftmax(int axis) {
    return Statistics.logSoftmax(this, axis);
  }

  // ---------------------------------------------------------------- rearranging

  /** The same elements in another shape; one extent may be -1 and is then worked out. */
  public Tensor reshape(long... extents) {
    return Ops.reshape(this, extents);
  }

  /** The same elements in another shape. */
  public Tensor reshape(Shape shape) {
    return Ops.reshape(this, shape.toArray());
  }

  /** The axes in another order: axis i of the result is axis {@code order[i]} of this. */
  public Tensor permute(int... order) {
    return Ops.permute(this, order);
  }

  /** Two axes exchanged. */
  public Tensor transpose(int a, int b) {
    return Rearrangements.transpose(this, a, b);
  }

  /** The last two axes exchanged. */
  public Tensor transpose() {
    return transpose(-2, -1);
  }

  /** Repeated to a larger shape by the rules of broadcasting. */
  public Tensor expand(Shape shape) {
    return Ops.expand("expand", this, shape);
  }

  /**
   * The coordinates of an axis from {@code from} to before {@code to}; negative ones count from the
   * end.
   */
  public Tensor slice(int axis, long from, long to) {
    return Ops.slice(this, axis, from, to, 1);
  }

  /** Every {@code step}-th coordinate of an axis from {@code from} to before {@code to}. */
  public Tensor slice(int axis, long from, long to, long step) {
    return Ops.slice(this, axis, from, to, step);
  }

  /** One coordinate of an axis, which disappears. */
  public Tensor select(int axis, long index) {
    return Rearrangements.select(this, axis, index);
  }

  /** With a new axis of extent 1 before the given one; -1 adds it at the end. */
  public Tensor unsqueeze(int axis) {
    return Rearrangements.unsqueeze(this, axis);
  }

  /** Without an axis of extent 1. */
  public Tensor squeeze(int axis) {
    return Rearrangements.squeeze(this, axis);
  }

  /** Tensors one behind the other along an axis. */
  public static Tensor concat(int axis, Tensor... parts) {
    return Ops.concat(axis, List.of(parts));
  }

  /** Tensors one behind the other along an axis. */
  public static Tensor concat(int axis, List<Tensor> parts) {
    return Ops.concat(axis, parts);
  }

  /** Tensors of one shape side by side along a new axis before the given one; -1 is the last. */
  public static Tensor stack(int axis, Tensor... parts) {
    return Rearrangements.stack(axis, List.of(parts));
  }

  /** Tensors of one shape side by side along a new axis before the given one; -1 is the last. */
  public static Tensor stack(int axis, List<Tensor> parts) {
    return Rearrangements.stack(axis, parts);
  }

  /** Pieces of one extent along an axis, the last one smaller where they do not come out even. */
  public List<Tensor> split(int axis, long size) {
    return Rearrangements.split(this, axis, size);
  }

  /** Pieces of given extents along an axis, which they make up. */
  public List<Tensor> split(int axis, long... sizes) {
    return Rearrangements.split(this, axis, sizes);
  }

  /** At most so many pieces along an axis, all of one extent but the last, which may be smaller. */
  public List<Tensor> chunk(int axis, int count) {
    return Rearrangements.chunk(this, axis, count);
  }

  /** With so many zeros before and after along an axis. */
  public Tensor pad(int axis, long before, long after) {
    return pad(axis, before, after, 0);
  }

  /** With a number so many times before and after along an axis. */
  public Tensor pad(int axis, long before, long after, double value) {
    return Rearrangements.pad(this, axis, before, after, value);
  }

  /** The whole so many times along each axis; further numbers in front are for new axes. */
  public Tensor repeat(long... times) {
    return Rearrangements.repeat(this, times);
  }

  /** With the coordinates of the given axes in opposite order. */
  public Tensor flip(int... axes) {
    return Rearrangements.flip(this, axes);
  }

  /** Moved along an axis to higher coordinates; what leaves at the end comes in at the start. */
  public Tensor roll(int axis, long shift) {
    return Rearrangements.roll(this, axis, shift);
  }

  /** The matrices [..., m, n] with zeros above the diagonal; of truths the causal mask. */
  public Tensor tril() {
    return tril(0);
  }

  /** The matrices [..., m, n] with zeros above a diagonal, counted from the main one upwards. */
  public Tensor tril(long diagonal) {
    return Selections.triangle("tril", this, true, diagonal);
  }

  /** The matrices [..., m, n] with zeros below the diagonal. */
  public Tensor triu() {
    return triu(0);
  }

  /** The matrices [..., m, n] with zeros below a diagonal, counted from the main one upwards. */
  public Tensor triu(long diagonal) {
    return Selections.triangle("triu", this, false, diagonal);
  }

  /** A dense copy in memory of its own. */
  public Tensor copy() {
    return Recorder.record(new Op.Materialize(), shape(), dtype(), this);
  }

  // ---------------------------------------------------------------- products and selections

  /**
   * The matrix product over the last two axes, leading axes broadcast: [..., m, k] by [..., k, n]
   * gives [..., m, n]. Operands may be F32, F16 or BF16; the result is F32.
   */
  public Tensor matmul(Tensor other) {
    return LibraryOps.matmul(this, other);
  }

  /**
   * Einstein's summation: letters name axes, and those missing behind the arrow are summed over, so
   * {@code "bij,bjk->bik"} is a batch of matrix products. Without an arrow the result has the
   * letters that stand once, in alphabetical order. Any number of operands, contracted from left to
   * right; a letter twice in one of them and {@code "..."} are refused.
   */
  public static Tensor einsum(String equation, Tensor... operands) {
    return Einsum.of(equation, operands);
  }

  /**
   * {@code softmax(scale q k^T) v} over [..., time, feature], with {@code scale = 1 /
   * sqrt(features)}.
   *
   * @param causal whether a query sees only keys up to its own position, counted from the end
   */
  public static Tensor scaledDotProductAttention(Tensor q, Tensor k, Tensor v, boolean causal) {
    return LibraryOps.attention(q, k, v, causal, -2);
  }

  /**
   * {@code softmax(scale q k^T) v} along any axis but the last, which holds the features; the
   * others are independent. So [batch, time, head, feature] with time axis 1 needs no
   * rearrangement.
   *
   * @param causal whether a query sees only keys up to its own position, counted from the end
   * @param timeAxis the axis along which queries, keys and values lie
   */
  public static Tensor scaledDotProductAttention(
      Tensor q, Tensor k, Tensor v, boolean causal, int timeAxis) {
    return LibraryOps.attention(q, k, v, causal, timeAxis);
  }

  /**
   * The largest values along the last axis and where they were.
   *
   * @param values [..., k], in descending order
   * @param indices I32, where along the axis each value was
   */
  public record Top(Tensor values, Tensor indices) {}

  /** The k largest along the last axis in descending order, of equal ones the first; F32. */
  public Top topK(long k) {
    return LibraryOps.topK(this, k);
  }

  /**
   * The values along an axis in their order and where they were.
   *
   * @param values of the shape of what was sorted
   * @param indices I32 of the same shape, where along the axis each value was
   */
  public record Sorted(Tensor values, Tensor indices) {}

  /**
   * The values along an axis in order, F32; equal ones keep theirs, so that sorting is stable. NaN
   * comes first in either direction.
   */
  public Sorted sort(int axis, boolean descending) {
    return Selections.sort("sort", this, axis, descending);
  }

  /** Where the values were that {@link #sort} gives, I32. */
  public Tensor argsort(int axis, boolean descending) {
    return Selections.sort("argsort", this, axis, descending).indices();
  }

  /** 1 at the coordinate of a new last axis that each I32 index means and 0 elsewhere, F32. */
  public Tensor oneHot(long classes) {
    return Selections.oneHot(this, classes);
  }

  /** Rows of this table [entries, width...] by index: I32 [...] gives [..., width...]. */
  public Tensor gather(Tensor indices) {
    return LibraryOps.gather(this, indices);
  }

  /**
   * Elements by their coordinate along an axis: I32 indices, of as many axes and no larger along
   * the others, give {@code out[i][j] = this[indices[i][j]][j]} for axis 0 and so on (PyTorch's
   * {@code gather}). An index that is not on the axis is an {@link IndexOutOfBoundsException}.
   */
  public Tensor gather(int axis, Tensor indices) {
    return Selections.gather(this, axis, indices);
  }

  /**
   * The coordinates of an axis that I32 indices [n] name, in their order. An index that is not on
   * the axis is an {@link IndexOutOfBoundsException}.
   */
  public Tensor indexSelect(int axis, Tensor indices) {
    return Selections.indexSelect("indexSelect", this, axis, indices);
  }

  /**
   * Weighted sums of rows of this table [entries, width]: values and indices [..., k] give [...,
   * width].
   */
  public Tensor sparseDecode(Tensor values, Tensor indices) {
    return LibraryOps.sparseDecode(this, values, indices);
  }

  /**
   * Dot products with chosen rows of this table [entries, width]: dense [..., width] and indices
   * [..., k] give [..., k].
   */
  public Tensor sparseDot(Tensor dense, Tensor indices) {
    return LibraryOps.sparseDot(this, dense, indices);
  }

  /**
   * Sums of this tensor's rows by index: rows [n, width] and indices I32 [n] give [entries, width],
   * 0 where no index points.
   */
  public Tensor scatterAdd(Tensor indices, long entries) {
    return LibraryOps.scatterAdd(this, indices, entries);
  }

  /**
   * This tensor with elements added to by their coordinate along an axis, what {@link #gather(int,
   * Tensor)} reads: {@code out[indices[i][j]][j] += source[i][j]} for axis 0 and so on, F32. An
   * index that is not on the axis is an {@link IndexOutOfBoundsException}.
   */
  public Tensor scatterAdd(int axis, Tensor indices, Tensor source) {
    return Selections.scatterAdd(this, axis, indices, source);
  }

  /**
   * This tensor with the coordinates of an axis that I32 indices [n] name added to, as often as
   * they are named, F32; the source has extent n along that axis. An index that is not on the axis
   * is an {@link IndexOutOfBoundsException}.
   */
  public Tensor indexAdd(int axis, Tensor indices, Tensor source) {
    return Selections.indexAdd("indexAdd", this, axis, indices, source);
  }

  /**
   * This tensor with the coordinates of an axis that I32 indices [n] name replaced by those of the
   * source, F32; the source has extent n along that axis. A coordinate that is named several times
   * gets the sum. An index that is not on the axis is an {@link IndexOutOfBoundsException}.
   */
  public Tensor indexPut(int axis, Tensor indices, Tensor source) {
    return Selections.indexPut(this, axis, indices, source);
  }

  // ---------------------------------------------------------------- differentiating

  /** The same value, through which no gradient flows. */
  public Tensor stopGradient() {
    return Recorder.record(new Op.StopGradient(), shape(), dtype(), this);
  }

  /** This value, whose gradient flows to {@code source} as if it were that. */
  public Tensor straightThrough(Tensor source) {
    if (!source.shape().equals(shape()) || source.dtype() != dtype()) {
      throw Ops.bad("straightThrough", "one type and one shape are needed", this, source);
    }
    return Recorder.record(new Op.StraightThrough(), shape(), dtype(), this, source);
  }

  /**
   * The derivatives of this scalar by tensors it was computed from, zeros where it does not depend
   * on one; F32, also where a tensor is F16 or BF16.
   *
   * @throws UnsupportedOperationException if an operation on the way has no derivative; it is named
   */
  public List<Tensor> gradients(List<Tensor> by) {
    return Gradients.of(this, by);
  }
}
