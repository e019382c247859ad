package uk.ac.manchester.tornado.api;

/**
 * What a work item knows of its place.
 *
 * <p>On the host all numbers are 0 and barriers do nothing; where a kernel runs, the emulator puts
 * its own in the place of these members.
 */
public final class KernelContext {
  /** Number of the work item along the first dimension. */
  public final Integer globalIdx = 0;

  /** Number of the work item along the second dimension. */
  public final Integer globalIdy = 0;

  /** Number of the work item along the third dimension. */
  public final Integer globalIdz = 0;

  /** Number of the group along the first dimension. */
  public final Integer groupIdx = 0;

  /** Number of the group along the second dimension. */
  public final Integer groupIdy = 0;

  /** Number of the group along the third dimension. */
  public final Integer groupIdz = 0;

  /** Number in the group along the first dimension. */
  public final Integer localIdx = 0;

  /** Number in the group along the second dimension. */
  public final Integer localIdy = 0;

  /** Number in the group along the third dimension. */
  public final Integer localIdz = 0;

  /** Work items along the first dimension. */
  public final Integer globalGroupSizeX = 0;

  /** Work items along the second dimension. */
  public final Integer globalGroupSizeY = 0;

  /** Work items along the third dimension. */
  public final Integer globalGroupSizeZ = 0;

  /** Work items of a group along the first dimension. */
  public final Integer localGroupSizeX = 0;

  /** Work items of a group along the second dimension. */
  public final Integer localGroupSizeY = 0;

  /** Work items of a group along the third dimension. */
  public final Integer localGroupSizeZ = 0;

  /** A context to hand to tasks. */
  public KernelContext() {}

  /** Waits for the group; what it wrote to local memory is then seen by all of it. */
  public void localBarrier() {}

  /** Waits for the group; what it wrote to global memory is then seen by all of it. */
  public void globalBarrier() {}

  /** An array that the group shares. */
  public float[] allocateFloatLocalArray(int size) {
    return new float[size];
  }

  /** An array that the group shares. */
  public int[] allocateIntLocalArray(int size) {
    return new int[size];
  }
}
