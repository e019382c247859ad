package dev.simoom.tensor.graph;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;

/**
 * Something whose content programs read and replace: a variable, seen from the graph.
 *
 * <p>Identity counts: two slots are the same only if they are the same object.
 */
public interface StateSlot {
  /** The name in messages. */
  String name();

  /** The shape of the content. */
  Shape shape();

  /** The element type. */
  DType dtype();

  /** The memory; may be shared with other slots that hold other parts of it. */
  Storage storage();

  /** First element of the content in the storage. */
  long offset();
}
