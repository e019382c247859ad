package dev.simoom.kernels.simd;

import dev.simoom.kernels.Copy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A copy as planes of rows of columns, with as few dimensions as the layouts allow.
 *
 * <p>Dimensions of extent 1 are dropped, the others ordered by the target's distances and merged
 * where both sides allow it. The last one gives the columns. The rows are the dimension along which
 * the source is dense, where that is another one, so that a plane is a transposition; otherwise the
 * last but one.
 *
 * @param outer the other dimensions, which count the planes
 * @param rows rows of a plane
 * @param columns columns of a plane
 */
record CopyPlan(List<Dimension> outer, Dimension rows, Dimension columns) {
  private static final Dimension ONE = new Dimension(1, 0, 0);

  /**
   * One dimension of the loop nest.
   *
   * @param extent number of steps
   * @param source bytes between neighbours in the source
   * @param target bytes between neighbours in the target
   */
  record Dimension(long extent, long source, long target) {
    private boolean continues(Dimension outer) {
      return outer.source == extent * source && outer.target == extent * target;
    }
  }

  static CopyPlan of(Copy kernel) {
    long size = kernel.source().type().bytes();
    List<Dimension> dimensions = new ArrayList<>();
    for (int i = 0; i < kernel.extents().size(); i++) {
      if (kernel.extents().get(i) != 1) {
        long source = size * kernel.source().strides().get(i);
        long target = size * kernel.target().strides().get(i);
        dimensions.add(new Dimension(kernel.extents().get(i), source, target));
      }
    }
    dimensions.sort(Comparator.comparingLong(Dimension::target).reversed());
    for (int i = dimensions.size() - 2; i >= 0; i--) {
      Dimension inner = dimensions.get(i + 1);
      Dimension outer = dimensions.get(i);
      if (inner.continues(outer)) {
        long extent = outer.extent * inner.extent;
        dimensions.set(i, new Dimension(extent, inner.source, inner.target));
        dimensions.remove(i + 1);
      }
    }
    Dimension columns = dimensions.isEmpty() ? ONE : dimensions.removeLast();
    Dimension rows = ONE;
    if (!dimensions.isEmpty()) {
      rows = dimensions.getLast();
      for (Dimension dimension : dimensions) {
        if (dimension.source == size && columns.source != size) {
          rows = dimension;
        }
      }
      dimensions.remove(rows);
    }
    return new CopyPlan(List.copyOf(dimensions), rows, columns);
  }

  long planes() {
    return outer.stream().mapToLong(Dimension::extent).reduce(1, Math::multiplyExact);
  }
}
