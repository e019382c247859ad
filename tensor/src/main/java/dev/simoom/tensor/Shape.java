package dev.simoom.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The extents of a tensor along its axes, outermost first; no axes for a scalar. */
public final class Shape {
  /** The shape of a single number. */
  public static final Shape SCALAR = new Shape();

  /** No machine addresses more, and sums of a few sizes in bytes do not overflow. */
  private static final long MOST_ELEMENTS = 1L << 56;

  private final long[] extents;

  private Shape(long... extents) {
    this.extents = extents;
  }

  /**
   * The shape with the given extents.
   *
   * @throws IllegalArgumentException if one is negative, or no machine could address so many
   *     elements
   */
  public static Shape of(long... extents) {
    // Axes without elements count as one here: strides are products of the others.
    long elements = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(extents));
      }
      if (Math.max(1, extent) > MOST_ELEMENTS / elements) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(extents)
                + " has more elements than any memory can hold; check how its extents are made");
      }
      elements *= Math.max(1, extent);
    }
    return extents.length == 0 ? SCALAR : new Shape(extents.clone());
  }

  /** The shape with the given extents. */
  public static Shape of(List<Long> extents) {
    return of(extents.stream().mapToLong(Long::longValue).toArray());
  }

  /** Number of axes. */
  public int rank() {
    return extents.length;
  }

  /**
   * Extent along one axis.
   *
   * @param axis counted from 0, or from the end where negative: -1 is the last
   */
  public long extent(int axis) {
    return extents[axis(axis)];
  }

  /**
   * The number of an axis counted from 0.
   *
   * @param axis counted from 0, or from the end where negative
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int axis) {
    int counted = axis < 0 ? axis + extents.length : axis;
    if (counted < 0 || counted >= extents.length) {
      throw new IllegalArgumentException("no axis " + axis + " in shape " + this);
    }
    return counted;
  }

  /** Number of elements. */
  public long elements() {
    long n = 1;
    for (long extent : extents) {
      n *= extent;
    }
    return n;
  }

  /** The extents as a new array. */
  public long[] toArray() {
    return extents.clone();
  }

  /** The extents as a list. */
  public List<Long> toList() {
    return LongStream.of(extents).boxed().toList();
  }

  /** The same shape with another extent along one axis. */
  public Shape with(int axis, long extent) {
    long[] changed = toArray();
    changed[axis(axis)] = extent;
    return of(changed);
  }

  /** The shape without the axes from {@code from} to before {@code to}. */
  public Shape without(int from, int to) {
    long[] rest = new long[extents.length - (to - from)];
    System.arraycopy(extents, 0, rest, 0, from);
    System.arraycopy(extents, to, rest, from, extents.length - to);
    return of(rest);
  }

  /** The axes of this shape followed by those of another. */
  public Shape concat(Shape other) {
    return of(LongStream.concat(LongStream.of(extents), LongStream.of(other.extents)).toArray());
  }

  /** The first axes up to before the given one, which may be negative to count from the end. */
  public Shape leading(int end) {
    return of(Arrays.copyOf(extents, end < 0 ? end + extents.length : end));
  }

  /**
   * The shape that two shapes take together by NumPy's rules: aligned at the last axis, extents
   * equal or one of them 1.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] extents = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.rank() ? a.extents[a.rank() - i] : 1;
      long y = i <= b.rank() ? b.extents[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            "shapes " + a + " and " + b + " cannot be broadcast together");
      }
      extents[rank - i] = x == 1 ? y : x;
    }
    return of(extents);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return LongStream.of(extents)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
