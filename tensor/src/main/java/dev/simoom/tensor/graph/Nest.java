package dev.simoom.tensor.graph;

import dev.simoom.tensor.Shape;
import dev.simoom.tensor.graph.Value.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The loop nest of a kernel: extents fine enough that every operand has one stride along each, the
 * last ones joined to columns.
 *
 * @param extents row extents, outermost first, then the number of columns
 * @param copied reads that no such nest can follow, so that the kernel reads a dense copy instead
 */
record Nest(List<Long> extents, Set<Access> copied) {
  /**
   * A read of memory at each position or each row of the nest.
   *
   * @param access what is read, and how
   * @param repeat 1 for a read at each position; the number of columns for a read once per row
   */
  record Use(Access access, long repeat) {}

  /**
   * Finds a nest.
   *
   * @param elements number of positions
   * @param columns number of columns if that is given, else 0
   * @param reducedRows number of rows that become one, or 0
   * @param uses what is read
   */
  static Nest of(long elements, long columns, long reducedRows, Collection<Use> uses) {
    Set<Long> cuts = new TreeSet<>(List.of(elements, 1L));
    Set<Access> copied = new HashSet<>();
    if (columns > 0) {
      cuts.add(columns);
      cuts.add(columns * Math.max(1, reducedRows));
    }
    for (Use use : uses) {
      Set<Long> finer = new TreeSet<>(cuts);
      for (long product : Layout.suffixProducts(use.access.layout().collapse().shape())) {
        finer.add(product * use.repeat);
      }
      if (refine(finer).isPresent()) {
        cuts = finer;
      } else {
        copied.add(use.access);
      }
    }
    List<Long> fine = refine(cuts).orElseThrow();
    long width = columns > 0 ? columns : widest(fine, uses, copied);
    for (Use use : uses) {
      if (use.repeat == 1 && !copied.contains(use.access) && !follows(use.access, fine, width)) {
        copied.add(use.access);
      }
    }
    return new Nest(join(fine, width), copied);
  }

  private static Optional<List<Long>> refine(Set<Long> cuts) {
    return Layout.refine(cuts.stream().mapToLong(Long::longValue));
  }

  /** The trailing extents with product {@code width} as one. */
  private static List<Long> join(List<Long> fine, long width) {
    List<Long> joined = new ArrayList<>(fine);
    long product = 1;
    while (product < width) {
      product *= joined.removeLast();
    }
    joined.add(width);
    return joined;
  }

  /** The most columns that every operand crosses in steps of one or not at all. */
  private static long widest(List<Long> fine, Collection<Use> uses, Set<Access> copied) {
    if (fine.isEmpty()) {
      return 1;
    }
    long innermost = fine.getLast();
    List<Access> followed =
        uses.stream()
            .map(Use::access)
            .filter(a -> !copied.contains(a) && follows(a, fine, innermost))
            .toList();
    long best = innermost;
    for (int i = fine.size() - 2; i >= 0; i--) {
      long wider = best * fine.get(i);
      if (followed.stream().anyMatch(a -> !follows(a, fine, wider))) {
        break;
      }
      best = wider;
    }
    return best;
  }

  /** Whether the kernel can read it without a copy; coordinates may take steps of any length. */
  private static boolean follows(Access access, List<Long> fine, long width) {
    long stride = columnStride(access, fine, width);
    return stride <= 1 || (access.value().kind == Value.Kind.INLINE && stride < Long.MAX_VALUE);
  }

  /** The stride along the columns, or a large number if there is not a single one. */
  private static long columnStride(Access access, List<Long> fine, long width) {
    List<Long> extents = join(fine, width);
    return access
        .layout()
        .reshape(Shape.of(extents))
        .map(l -> l.shape().extent(-1) == 1 ? 0 : l.strides().getLast())
        .orElse(Long.MAX_VALUE);
  }

  List<Long> rows() {
    return extents.subList(0, extents.size() - 1);
  }

  long columns() {
    return extents.getLast();
  }

  /** Strides over rows and columns for what is read at each position. */
  List<Long> strides(Layout layout) {
    List<Long> strides = new ArrayList<>(layout.reshape(Shape.of(extents)).orElseThrow().strides());
    if (columns() == 1) {
      strides.set(strides.size() - 1, 0L);
    }
    return strides;
  }

  /** Strides over rows and columns for what is read or written once per row. */
  List<Long> rowStrides(Layout layout) {
    List<Long> strides = new ArrayList<>(layout.reshape(Shape.of(rows())).orElseThrow().strides());
    strides.add(0L);
    return strides;
  }
}
