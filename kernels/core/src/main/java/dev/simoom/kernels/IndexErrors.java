package dev.simoom.kernels;

/** The exception for an index that lies outside its table, worded alike by every backend. */
public final class IndexErrors {
  private IndexErrors() {}

  /**
   * Names the kernel, the place of the index, the index and what would be right.
   *
   * @param position place among the kernel's indices, flattened
   * @param entries rows of the table
   */
  public static IndexOutOfBoundsException outside(
      Kernel kernel, long position, int index, long entries) {
    return new IndexOutOfBoundsException(
        kernel.name()
            + ": indices["
            + position
            + "] is "
            + index
            + ", outside a table of "
            + entries
            + " rows");
  }
}
