package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Moves rows of floats between operands, whose rows have any distance and any length, and scratch
 * memory, whose rows are padded with zeros to whole panels of a {@link TileProduct}.
 *
 * <p>Distances are in bytes.
 */
final class Rows {
  /** Bytes of temporary memory that {@link #dots} needs. */
  static final int DOTS_BYTES = 2 * LANES * TileProduct.WIDTH_BYTES + Transposition.STAGE_BYTES;

  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private Rows() {}

  /** Panels that hold a row of so many floats. */
  static int panels(int length) {
    return Math.ceilDiv(length, TileProduct.PANEL);
  }

  /**
   * Distance between padded rows: an odd number of panels, so that one panel of many rows does not
   * fall into a few sets of the cache.
   */
  static long distance(int length) {
    return (panels(length) | 1) * (long) TileProduct.PANEL_BYTES;
  }

  /** Rounds a number of keys up to whole register tiles. */
  static int padded(int keys) {
    return Math.ceilDiv(keys, TileProduct.KEYS) * TileProduct.KEYS;
  }

  /** Copies rows into scratch, times a factor; then zeros up to {@code paddedRows}. */
  static void pack(
      long from,
      long fromRow,
      int rows,
      int length,
      long to,
      long toRow,
      int paddedRows,
      float factor) {
    int whole = panels(length) * TileProduct.PANEL;
    for (int row = 0; row < rows; row++) {
      packRow(from + row * fromRow, length, to + row * toRow, whole, factor);
    }
    for (int row = rows; row < paddedRows; row++) {
      zero(to + row * toRow, whole);
    }
  }

  private static void packRow(long from, int length, long to, int whole, float factor) {
    scale(from, length, to, factor);
    for (int i = length; i < whole; i++) {
      ALL.set(FLOAT, to + 4L * i, 0f);
    }
  }

  /** Copies a row times a factor, nothing beyond its end. */
  static void scale(long from, int length, long to, float factor) {
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      FloatVector.fromMemorySegment(F, ALL, from + 4L * i & ADDRESS_BITS, ORDER)
          .mul(factor)
          .intoMemorySegment(ALL, to + 4L * i & ADDRESS_BITS, ORDER);
    }
    for (; i < length; i++) {
      ALL.set(FLOAT, to + 4L * i, ALL.get(FLOAT, from + 4L * i) * factor);
    }
  }

  /** Adds whole vectors onto others. */
  static void add(long from, long floats, long to) {
    for (long i = 0; i < floats; i += LANES) {
      long at = to + 4 * i & ADDRESS_BITS;
      FloatVector.fromMemorySegment(F, ALL, at, ORDER)
          .add(FloatVector.fromMemorySegment(F, ALL, from + 4 * i & ADDRESS_BITS, ORDER))
          .intoMemorySegment(ALL, at, ORDER);
    }
  }

  /** Fills whole vectors with zeros. */
  static void zero(long to, long floats) {
    FloatVector zero = FloatVector.zero(F);
    for (long i = 0; i < floats; i += LANES) {
      zero.intoMemorySegment(ALL, to + 4 * i & ADDRESS_BITS, ORDER);
    }
  }

  /**
   * The dot product of each row with its counterpart, for a block of padded rows.
   *
   * @param temporary start of {@link #DOTS_BYTES} bytes
   */
  static void dots(long a, long b, long row, int length, long temporary, long to) {
    int whole = panels(length) * TileProduct.PANEL;
    long transposed = temporary + LANES * TileProduct.WIDTH_BYTES;
    for (int i = 0; i < TileProduct.WIDTH; i++) {
      multiplyAdd(a + i * row, b + i * row, whole, temporary + (long) i * VECTOR_BYTES);
    }
    Transposition.run(
        temporary,
        VECTOR_BYTES,
        transposed,
        TileProduct.WIDTH_BYTES,
        LANES,
        TileProduct.WIDTH,
        transposed + LANES * TileProduct.WIDTH_BYTES);
    for (int column = 0; column < TileProduct.WIDTH_BYTES; column += VECTOR_BYTES) {
      FloatVector sum = FloatVector.zero(F);
      long at = transposed + column;
      for (int lane = 0; lane < LANES; lane++) {
        at &= ADDRESS_BITS;
        sum = sum.add(FloatVector.fromMemorySegment(F, ALL, at, ORDER));
        at += TileProduct.WIDTH_BYTES;
      }
      sum.intoMemorySegment(ALL, to + column, ORDER);
    }
  }

  private static void multiplyAdd(long a, long b, int whole, long to) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < whole; i += LANES) {
      sum =
          FloatVector.fromMemorySegment(F, ALL, a + 4L * i & ADDRESS_BITS, ORDER)
              .fma(FloatVector.fromMemorySegment(F, ALL, b + 4L * i & ADDRESS_BITS, ORDER), sum);
    }
    sum.intoMemorySegment(ALL, to, ORDER);
  }
}
