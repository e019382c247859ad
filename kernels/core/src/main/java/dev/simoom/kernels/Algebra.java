package dev.simoom.kernels;

import java.util.List;

/**
 * A place where scalar operations can be written down: tensors, or the body of a loop kernel.
 *
 * @param <V> what stands for a value there
 */
public interface Algebra<V> {
  /** A real constant. */
  V constant(double value);

  /** The operation applied to values. */
  V apply(ScalarOp op, List<V> arguments);

  /** The operation applied to one value. */
  default V apply(ScalarOp op, V a) {
    return apply(op, List.of(a));
  }

  /** The operation applied to two values. */
  default V apply(ScalarOp op, V a, V b) {
    return apply(op, List.of(a, b));
  }

  /** The operation applied to three values. */
  default V apply(ScalarOp op, V a, V b, V c) {
    return apply(op, List.of(a, b, c));
  }
}
