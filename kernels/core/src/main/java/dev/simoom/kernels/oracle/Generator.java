package dev.simoom.kernels.oracle;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Strided;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded choices of extents, layouts and data that kernels tend to get wrong. */
public final class Generator {
  private static final int[] SMALL = {0, 1, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17};
  private static final int[] LARGE = {31, 32, 33, 47, 64, 65, 100, 127, 129};

  private final SplittableRandom random;

  /** Choices that follow from a seed. */
  public Generator(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** At least 0 and below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** An extent: 0, 1, around vector widths, or somewhat larger. */
  int extent() {
    return chance(0.6) ? SMALL[below(SMALL.length)] : LARGE[below(LARGE.length)];
  }

  /** An extent of at least 1. */
  int someExtent() {
    return Math.max(1, extent());
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Extents of a few dimensions, mostly small and seldom 0. */
  List<Long> extents(int rank) {
    List<Long> extents = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      extents.add(chance(0.05) ? 0L : 1L + below(5));
    }
    return extents;
  }

  /**
   * A layout in which no two positions share an element: dimensions in any order, gaps between
   * them.
   *
   * @param innermost number of last dimensions that keep their order and lie dense, innermost
   */
  Strided layout(DType type, List<Long> extents, int innermost) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < extents.size() - innermost; i++) {
      order.add(i);
    }
    for (int i = order.size() - 1; i > 0 && chance(0.7); i--) {
      Collections.swap(order, i, below(i + 1));
    }
    for (int i = extents.size() - innermost; i < extents.size(); i++) {
      order.add(i);
    }
    Long[] strides = new Long[extents.size()];
    boolean gaps = chance(0.5);
    long next = 1;
    for (int i = order.size() - 1; i >= 0; i--) {
      int dimension = order.get(i);
      boolean dense = i >= order.size() - innermost;
      strides[dimension] = next + (gaps && !dense ? below(4) : 0);
      next = strides[dimension] * Math.max(1, extents.get(dimension));
    }
    return new Strided(type, List.of(strides));
  }

  /** A layout to read from: as {@link #layout}, but now and then repeated along dimensions. */
  Strided source(DType type, List<Long> extents, int innermost) {
    List<Long> strides = new ArrayList<>(layout(type, extents, innermost).strides());
    for (int i = 0; i < extents.size() - innermost; i++) {
      if (chance(0.15)) {
        strides.set(i, 0L);
      }
    }
    return new Strided(type, strides);
  }

  /** Real numbers in [-bound, bound). */
  double[] reals(Port port, double bound) {
    double[] values = new double[Math.toIntExact(port.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = bound * (2 * random.nextDouble() - 1);
    }
    return values;
  }

  /** Integers of at least 0 and below the bound. */
  double[] integers(Port port, long bound) {
    double[] values = new double[Math.toIntExact(port.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong(bound);
    }
    return values;
  }
}
