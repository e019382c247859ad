package uk.ac.manchester.tornado.api;

import org.jspecify.annotations.Nullable;

/** A grid that has been put into numbers. */
public abstract class AbstractWorkerGrid implements WorkerGrid {
  private long[] globalWork;
  private long @Nullable [] localWork;
  private long @Nullable [] groups;
  private long[] globalOffset = {0, 0, 0};

  /** So many work items along each dimension. */
  protected AbstractWorkerGrid(long x, long y, long z) {
    globalWork = new long[] {x, y, z};
  }

  @Override
  public final long[] getGlobalWork() {
    return globalWork;
  }

  @Override
  public final long @Nullable [] getLocalWork() {
    return localWork;
  }

  @Override
  public final long @Nullable [] getNumberOfWorkgroups() {
    return groups;
  }

  @Override
  public final long[] getGlobalOffset() {
    return globalOffset;
  }

  @Override
  public final void setGlobalWork(long x, long y, long z) {
    globalWork = new long[] {x, y, z};
  }

  @Override
  public final void setLocalWork(long x, long y, long z) {
    localWork = new long[] {x, y, z};
    groups = new long[] {globalWork[0] / x, globalWork[1] / y, globalWork[2] / z};
  }

  @Override
  public final void setNumberOfWorkgroupsToNull() {
    groups = null;
  }

  @Override
  public final void setLocalWorkToNull() {
    localWork = null;
  }

  @Override
  public final void setGlobalOffset(long x, long y, long z) {
    globalOffset = new long[] {x, y, z};
  }
}
