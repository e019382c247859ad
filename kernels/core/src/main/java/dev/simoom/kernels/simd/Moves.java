package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;

/** Moves of elements of 2 or 4 bytes; distances are in bytes. */
final class Moves {
  private static final int VECTOR = 4 * LANES;

  /** From here on the JDK's own copy, with its stores past the cache, is worth the call. */
  private static final int LONG = 1 << 14;

  /** Rows and columns of the tiles of a transposition of 16-bit elements. */
  private static final int TILE = LANES;

  /** Working space of {@link #transposeShorts}. */
  static final int TILE_BYTES = 2 * TILE * TILE;

  private Moves() {}

  /** Copies an even number of bytes between places that do not overlap. */
  static void bytes(long from, long to, long count) {
    if (count >= LONG) {
      MemorySegment.copy(ALL, from, ALL, to, count);
      return;
    }
    // Masked, so that the compiler knows that nothing overflows and unrolls to loads and stores
    // alone.
    long source = from & ADDRESS_BITS;
    long target = to & ADDRESS_BITS;
    int n = (int) count & LONG - 1;
    int i = 0;
    for (; i <= n - VECTOR; i += VECTOR) {
      IntVector.fromMemorySegment(I, ALL, source + i, ORDER)
          .intoMemorySegment(ALL, target + i, ORDER);
    }
    for (; i <= n - 4; i += 4) {
      ALL.set(JAVA_INT_UNALIGNED, target + i, ALL.get(JAVA_INT_UNALIGNED, source + i));
    }
    for (; i < n; i += 2) {
      ALL.set(JAVA_SHORT_UNALIGNED, target + i, ALL.get(JAVA_SHORT_UNALIGNED, source + i));
    }
  }

  /** Copies 32-bit elements from one distance to another. */
  static void ints(long from, long fromStride, long to, long toStride, long count) {
    long source = from;
    long target = to;
    for (long i = 0; i < count; i++) {
      ALL.set(JAVA_INT_UNALIGNED, target, ALL.get(JAVA_INT_UNALIGNED, source));
      source += fromStride;
      target += toStride;
    }
  }

  /** Copies 16-bit elements from one distance to another. */
  static void shorts(long from, long fromStride, long to, long toStride, long count) {
    long source = from;
    long target = to;
    for (long i = 0; i < count; i++) {
      ALL.set(JAVA_SHORT_UNALIGNED, target, ALL.get(JAVA_SHORT_UNALIGNED, source));
      source += fromStride;
      target += toStride;
    }
  }

  /**
   * Copies a matrix of 16-bit elements that lies transposed.
   *
   * <p>Tile by tile, through working space, so that both sides are touched by whole cache lines,
   * one after the other: lines a power of two apart share few places in the cache.
   *
   * @param fromStep distance between neighbouring columns in the source
   * @param toStep distance between rows in the target
   * @param rows rows of the target, neighbours in the source
   * @param columns columns of the target, neighbours there
   * @param tile start of {@link #TILE_BYTES} bytes
   */
  static void transposeShorts(
      long from, long fromStep, long to, long toStep, long rows, long columns, long tile) {
    for (long row = 0; row < rows; row += TILE) {
      long rowsHere = Math.min(TILE, rows - row);
      for (long column = 0; column < columns; column += TILE) {
        long columnsHere = Math.min(TILE, columns - column);
        long source = from + 2 * row + column * fromStep;
        for (long c = 0; c < columnsHere; c++) {
          shorts(source + c * fromStep, 2, tile + 2 * c, 2 * TILE, rowsHere);
        }
        long target = to + row * toStep + 2 * column;
        for (long r = 0; r < rowsHere; r++) {
          bytes(tile + 2 * TILE * r, target + r * toStep, 2 * columnsHere);
        }
      }
    }
  }

  /** Copies elements of either size from one distance to another. */
  static void elements(long from, long fromStride, long to, long toStride, long count, int size) {
    if (size == 4) {
      ints(from, fromStride, to, toStride, count);
    } else {
      shorts(from, fromStride, to, toStride, count);
    }
  }
}
