package dev.simoom.kernels.tornado.task;

/**
 * How many work items run a task: groups times items along each of two dimensions.
 *
 * @param groupsX groups along the first dimension, at least 1
 * @param groupsY groups along the second
 * @param localX work items of a group along the first dimension
 * @param localY along the second
 */
public record Grid(int groupsX, int groupsY, int localX, int localY) {
  /**
   * Checks that there is work.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public Grid {
    if (groupsX < 1 || groupsY < 1 || localX < 1 || localY < 1) {
      throw new IllegalArgumentException(
          "grid of " + groupsX + "x" + groupsY + " groups of " + localX + "x" + localY);
    }
  }

  /** Groups along one dimension. */
  public static Grid of(int groups, int local) {
    return new Grid(groups, 1, local, 1);
  }

  /**
   * As many groups along one dimension as cover a number of work items.
   *
   * @param items at least 1; the last group may reach beyond
   */
  public static Grid covering(long items, int local) {
    return of(Math.toIntExact((items + local - 1) / local), local);
  }
}
