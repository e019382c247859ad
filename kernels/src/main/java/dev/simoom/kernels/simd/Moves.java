package dev.simoom.kernels.simd;

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
  private static final long VECTOR = 4L * LANES;

  /** From here on the JDK's own copy, with its stores past the cache, is worth the call. */
  private static final long LONG = 1 << 14;

  /** Rows and columns of the tiles of a transposition: one cache line of 32-bit elements. */
  private static final int TILE = 16;

  private Moves() {}

  /** Copies an even number of bytes between places that do not overlap. */
  static void bytes(long from, long to, long count) {
    if (count >= LONG) {
      MemorySegment.copy(ALL, from, ALL, to, count);
      return;
    }
    long i = 0;
    for (; i + VECTOR <= count; i += VECTOR) {
      IntVector.fromMemorySegment(I, ALL, from + i, ORDER).intoMemorySegment(ALL, to + i, ORDER);
    }
    for (; i + 4 <= count; i += 4) {
      ALL.set(JAVA_INT_UNALIGNED, to + i, ALL.get(JAVA_INT_UNALIGNED, from + i));
    }
    for (; i < count; i += 2) {
      ALL.set(JAVA_SHORT_UNALIGNED, to + i, ALL.get(JAVA_SHORT_UNALIGNED, from + i));
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
   * Copies a matrix that lies transposed, tile by tile so that both sides use whole cache lines.
   *
   * @param rows rows of the target
   * @param fromRow distance between rows in the source
   * @param toRow distance between rows in the target
   * @param columns columns of the target
   * @param fromColumn distance between columns in the source
   * @param toColumn distance between columns in the target
   * @param size bytes of an element
   */
  static void tiles(
      long from,
      long to,
      long rows,
      long fromRow,
      long toRow,
      long columns,
      long fromColumn,
      long toColumn,
      int size) {
    for (long row = 0; row < rows; row += TILE) {
      long rowsHere = Math.min(TILE, rows - row);
      for (long column = 0; column < columns; column += TILE) {
        long columnsHere = Math.min(TILE, columns - column);
        long source = from + row * fromRow + column * fromColumn;
        long target = to + row * toRow + column * toColumn;
        for (long r = 0; r < rowsHere; r++) {
          elements(source, fromColumn, target, toColumn, columnsHere, size);
          source += fromRow;
          target += toRow;
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
