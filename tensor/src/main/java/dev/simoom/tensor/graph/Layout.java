package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Strided;
import dev.simoom.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Where the elements of a view lie in a flat row of elements: at {@code offset} plus, for each
 * axis, the coordinate times the stride.
 *
 * @param shape extents of the view
 * @param strides elements between neighbours along each axis, 0 where repeated
 * @param offset the first element
 */
public record Layout(Shape shape, List<Long> strides, long offset) {
  /** Copies the list; a view of nothing starts at 0, so that it never points past its memory. */
  public Layout {
    strides = List.copyOf(strides);
    offset = shape.elements() == 0 ? 0 : offset;
  }

  /** Densely packed, last axis fastest. */
  public static Layout dense(Shape shape) {
    return new Layout(shape, Strided.dense(DType.F32, shape.toList()).strides(), 0);
  }

  /** Whether every element of a flat row of that many elements is met once and in order. */
  public boolean isDense() {
    if (offset != 0) {
      return false;
    }
    long next = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      if (shape.extent(i) != 1 && strides.get(i) != next) {
        return false;
      }
      next *= shape.extent(i);
    }
    return true;
  }

  /** Number of different elements met, if none is met along two axes. */
  long footprint() {
    long n = 1;
    for (int i = 0; i < strides.size(); i++) {
      n *= strides.get(i) == 0 ? 1 : shape.extent(i);
    }
    return n;
  }

  /** The axes in another order: axis i of the result is axis {@code order[i]} of this. */
  public Layout permute(int... order) {
    long[] extents = new long[order.length];
    Long[] moved = new Long[order.length];
    for (int i = 0; i < order.length; i++) {
      extents[i] = shape.extent(order[i]);
      moved[i] = strides.get(order[i]);
    }
    return new Layout(Shape.of(extents), List.of(moved), offset);
  }

  /** Repeats axes of extent 1 and adds new ones in front, to a larger shape. */
  public Layout expand(Shape target) {
    int added = target.rank() - shape.rank();
    Long[] repeated = new Long[target.rank()];
    for (int i = 0; i < repeated.length; i++) {
      boolean repeats = i < added || shape.extent(i - added) != target.extent(i);
      repeated[i] = repeats ? 0L : strides.get(i - added);
    }
    return new Layout(target, List.of(repeated), offset);
  }

  /** Every {@code step}-th coordinate of an axis from {@code from} to before {@code to}. */
  public Layout slice(int axis, long from, long to, long step) {
    List<Long> changed = new ArrayList<>(strides);
    changed.set(axis, strides.get(axis) * step);
    long extent = Math.ceilDiv(to - from, step);
    return new Layout(shape.with(axis, extent), changed, offset + from * strides.get(axis));
  }

  /** The same elements under another shape, if strides can say so. */
  public Optional<Layout> reshape(Shape target) {
    if (target.elements() == 0) {
      return Optional.of(new Layout(target, dense(target).strides, offset));
    }
    Layout merged = collapse();
    Long[] result = new Long[target.rank()];
    int from = merged.shape.rank() - 1;
    long left = from < 0 ? 1 : merged.shape.extent(from);
    long stride = from < 0 ? 1 : merged.strides.get(from);
    for (int i = target.rank() - 1; i >= 0; i--) {
      long extent = target.extent(i);
      while (extent != 1 && left == 1 && from > 0) {
        from--;
        left = merged.shape.extent(from);
        stride = merged.strides.get(from);
      }
      if (left % extent != 0) {
        return Optional.empty();
      }
      result[i] = stride;
      stride *= extent;
      left /= extent;
    }
    return Optional.of(new Layout(target, List.of(result), offset));
  }

  /** The same elements in the same order with as few axes as strides allow and none of extent 1. */
  public Layout collapse() {
    List<Long> extents = new ArrayList<>();
    List<Long> merged = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      long extent = shape.extent(i);
      if (extent == 1) {
        continue;
      }
      int last = merged.size() - 1;
      if (last >= 0 && merged.get(last) == extent * strides.get(i)) {
        extents.set(last, extents.get(last) * extent);
        merged.set(last, strides.get(i));
      } else {
        extents.add(extent);
        merged.add(strides.get(i));
      }
    }
    return new Layout(Shape.of(extents), merged, offset);
  }

  /**
   * The layout over finer axes.
   *
   * @param refined extents into which the axes of this collapsed layout can be cut
   */
  Optional<List<Long>> stridesOver(List<Long> refined) {
    return reshape(Shape.of(refined)).map(Layout::strides);
  }

  /** Products of the trailing extents, one for each axis, innermost last. */
  static long[] suffixProducts(Shape shape) {
    long[] products = shape.toArray();
    for (int i = products.length - 2; i >= 0; i--) {
      products[i] *= products[i + 1];
    }
    return products;
  }

  /** Extents into which shapes with the given suffix products can all be cut, if there are such. */
  static Optional<List<Long>> refine(LongStream suffixProducts) {
    long[] cuts = LongStream.concat(suffixProducts, LongStream.of(1)).distinct().sorted().toArray();
    Long[] extents = new Long[cuts.length - 1];
    for (int i = 1; i < cuts.length; i++) {
      if (cuts[i] % cuts[i - 1] != 0) {
        return Optional.empty();
      }
      extents[extents.length - i] = cuts[i] / cuts[i - 1];
    }
    return Optional.of(Arrays.asList(extents));
  }
}
