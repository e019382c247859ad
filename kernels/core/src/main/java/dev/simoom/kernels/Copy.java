package dev.simoom.kernels;

import java.util.List;

/**
 * Moves elements from one layout to another without changing them: permutes, slices, repeats,
 * joins.
 *
 * <p>Operands: source, then target.
 *
 * @param extents extents of the loop nest, outermost first
 * @param source layout of what is read
 * @param target layout of what is written, of the same type; elements it skips keep their values
 */
public record Copy(List<Long> extents, Strided source, Strided target) implements Kernel {
  /**
   * Checks the layouts.
   *
   * @throws IllegalArgumentException if a layout has not the dimensions of the nest, or the types
   *     differ
   */
  public Copy {
    extents = List.copyOf(extents);
    if (source.strides().size() != extents.size()
        || target.strides().size() != extents.size()
        || source.type() != target.type()) {
      throw new IllegalArgumentException(
          "copy over " + extents + " from " + source + " to " + target);
    }
  }

  /** Number of elements moved. */
  public long elements() {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public String name() {
    return "copy " + extents;
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("source", source.type(), source.reach(extents)),
        Port.output("target", target.type(), target.reach(extents)));
  }

  @Override
  public long flops() {
    return 0;
  }

  @Override
  public long bytes() {
    return 2 * elements() * source.type().bytes();
  }
}
