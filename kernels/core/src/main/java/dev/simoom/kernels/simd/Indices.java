package dev.simoom.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.simoom.kernels.IndexErrors;
import dev.simoom.kernels.Kernel;

/** The check of indices that comes before any use of them. */
final class Indices {
  private Indices() {}

  /**
   * Checks indices {@code from} to {@code to}.
   *
   * @param address of index 0
   * @throws IndexOutOfBoundsException if one lies outside the table
   */
  static void check(Kernel kernel, long address, long from, long to, long entries) {
    for (long i = from; i < to; i++) {
      int index = Simd.ALL.get(JAVA_INT_UNALIGNED, address + 4 * i);
      if (index < 0 || index >= entries) {
        throw IndexErrors.outside(kernel, i, index, entries);
      }
    }
  }
}
