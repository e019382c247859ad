package dev.simoom.kernels.tornado.task;

/** Where one launch finds its data on the device, and room for what its tasks hand on. */
public interface Room {
  /** Where the operand of a port lies. */
  Place operand(int port);

  /**
   * Room that the tasks of this launch share, its content undefined at the start.
   *
   * @param elements how many, at most {@link Integer#MAX_VALUE}
   */
  Place scratch(ElementType type, long elements);

  /**
   * Room that keeps its content until the end of the run.
   *
   * @param elements how many, at most {@link Integer#MAX_VALUE}
   */
  Place lasting(ElementType type, long elements);

  /** Integers that are the same in every run, such as offsets of a batch. */
  Place table(int... values);
}
