package uk.ac.manchester.tornado.api;

import org.jspecify.annotations.Nullable;

/** How many work items run a task, and in groups of how many. */
public interface WorkerGrid {
  /** Number of dimensions, 1 to 3. */
  int dimension();

  /** Work items along each of three dimensions. */
  long[] getGlobalWork();

  /** Work items of a group along each of three dimensions, null where the device chooses. */
  long @Nullable [] getLocalWork();

  /** Groups along each of three dimensions, null where the device chooses. */
  long @Nullable [] getNumberOfWorkgroups();

  /** Number of the first work item along each dimension. */
  long[] getGlobalOffset();

  /** Sets the work items along each dimension. */
  void setGlobalWork(long x, long y, long z);

  /** Sets the work items of a group along each dimension. */
  void setLocalWork(long x, long y, long z);

  /** Leaves the number of groups to the device. */
  void setNumberOfWorkgroupsToNull();

  /** Leaves the size of groups to the device. */
  void setLocalWorkToNull();

  /** Sets the number of the first work item along each dimension. */
  void setGlobalOffset(long x, long y, long z);
}
