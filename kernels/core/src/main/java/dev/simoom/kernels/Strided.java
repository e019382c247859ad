package dev.simoom.kernels;

import java.util.List;

/**
 * Where the elements of one operand lie: for each loop dimension the distance in elements between
 * neighbours along it, 0 where the operand is repeated.
 *
 * @param type element type
 * @param strides one distance per dimension, outermost first; never negative
 */
public record Strided(DType type, List<Long> strides) {
  /**
   * Copies the list and checks the signs.
   *
   * @throws IllegalArgumentException if a stride is negative
   */
  public Strided {
    strides = List.copyOf(strides);
    for (long stride : strides) {
      if (stride < 0) {
        throw new IllegalArgumentException("negative stride in " + strides);
      }
    }
  }

  /** The layout of densely packed rows-first data of a shape. */
  public static Strided dense(DType type, List<Long> extents) {
    Long[] strides = new Long[extents.size()];
    long next = 1;
    for (int i = extents.size() - 1; i >= 0; i--) {
      strides[i] = next;
      next *= extents.get(i);
    }
    return new Strided(type, List.of(strides));
  }

  /** Elements from the first to the last one touched over the given extents, inclusive. */
  public long reach(List<Long> extents) {
    long last = 0;
    for (int i = 0; i < extents.size(); i++) {
      if (extents.get(i) == 0) {
        return 0;
      }
      last += (extents.get(i) - 1) * strides.get(i);
    }
    return last + 1;
  }
}
