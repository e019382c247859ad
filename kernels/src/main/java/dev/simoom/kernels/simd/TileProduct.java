package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.F;
import static dev.simoom.kernels.simd.Simd.FLOAT;
import static dev.simoom.kernels.simd.Simd.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Products of small matrices that lie in scratch memory, in register tiles of {@link #HEIGHT} rows
 * and {@link #WIDTH} columns.
 *
 * <p>The left factor may have any two strides, so that one kernel reads it plain or transposed; the
 * right factor and the product have their columns side by side. Rows and columns are whole tiles:
 * scratch is padded. All strides are in bytes.
 */
final class TileProduct {
  /** Rows of a register tile. */
  static final int HEIGHT = 8;

  /** Columns of a register tile: two vectors. */
  static final int WIDTH = 2 * Simd.LANES;

  /** Bytes of {@link #WIDTH} floats. */
  static final int WIDTH_BYTES = 4 * WIDTH;

  private static final int NEXT = 4 * Simd.LANES;

  private TileProduct() {}

  /**
   * C = A B, or C += A B.
   *
   * @param rows rows of A and C, rounded up to whole tiles
   * @param panels columns of B and C in units of {@link #WIDTH}
   * @param depth columns of A and rows of B
   * @param aRow distance between rows of A
   * @param aStep distance between columns of A
   * @param bRow distance between rows of B
   * @param cRow distance between rows of C
   * @param add whether the product is added to C
   */
  static void multiply(
      int rows,
      int panels,
      int depth,
      long a,
      long aRow,
      long aStep,
      long b,
      long bRow,
      long c,
      long cRow,
      boolean add) {
    for (int panel = 0; panel < panels; panel++) {
      long right = b + (long) panel * WIDTH_BYTES;
      long to = c + (long) panel * WIDTH_BYTES;
      for (int row = 0; row < rows; row += HEIGHT) {
        tile(depth, a + row * aRow, aRow, aStep, right, bRow, to + row * cRow, cRow, add);
      }
    }
  }

  private static void tile(
      int depth, long a, long aRow, long aStep, long b, long bRow, long c, long cRow, boolean add) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    long a1 = aRow & ADDRESS_BITS;
    long a2 = a1 + a1;
    long a3 = a2 + a1;
    long a4 = a3 + a1;
    long a5 = a4 + a1;
    long a6 = a5 + a1;
    long a7 = a6 + a1;
    long left = a;
    long right = b;
    for (int k = 0; k < depth; k++) {
      left &= ADDRESS_BITS;
      right &= ADDRESS_BITS;
      FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, right, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, right + NEXT, ORDER);
      FloatVector x = FloatVector.broadcast(F, ALL.get(FLOAT, left));
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a1));
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a2));
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a3));
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a4));
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a5));
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a6));
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(F, ALL.get(FLOAT, left + a7));
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      left += aStep;
      right += bRow;
    }
    long to0 = c & ADDRESS_BITS;
    long down = cRow & ADDRESS_BITS;
    long to1 = to0 + down;
    long to2 = to1 + down;
    long to3 = to2 + down;
    long to4 = to3 + down;
    long to5 = to4 + down;
    long to6 = to5 + down;
    long to7 = to6 + down;
    if (add) {
      c00 = c00.add(FloatVector.fromMemorySegment(F, ALL, to0, ORDER));
      c01 = c01.add(FloatVector.fromMemorySegment(F, ALL, to0 + NEXT, ORDER));
      c10 = c10.add(FloatVector.fromMemorySegment(F, ALL, to1, ORDER));
      c11 = c11.add(FloatVector.fromMemorySegment(F, ALL, to1 + NEXT, ORDER));
      c20 = c20.add(FloatVector.fromMemorySegment(F, ALL, to2, ORDER));
      c21 = c21.add(FloatVector.fromMemorySegment(F, ALL, to2 + NEXT, ORDER));
      c30 = c30.add(FloatVector.fromMemorySegment(F, ALL, to3, ORDER));
      c31 = c31.add(FloatVector.fromMemorySegment(F, ALL, to3 + NEXT, ORDER));
      c40 = c40.add(FloatVector.fromMemorySegment(F, ALL, to4, ORDER));
      c41 = c41.add(FloatVector.fromMemorySegment(F, ALL, to4 + NEXT, ORDER));
      c50 = c50.add(FloatVector.fromMemorySegment(F, ALL, to5, ORDER));
      c51 = c51.add(FloatVector.fromMemorySegment(F, ALL, to5 + NEXT, ORDER));
      c60 = c60.add(FloatVector.fromMemorySegment(F, ALL, to6, ORDER));
      c61 = c61.add(FloatVector.fromMemorySegment(F, ALL, to6 + NEXT, ORDER));
      c70 = c70.add(FloatVector.fromMemorySegment(F, ALL, to7, ORDER));
      c71 = c71.add(FloatVector.fromMemorySegment(F, ALL, to7 + NEXT, ORDER));
    }
    c00.intoMemorySegment(ALL, to0, ORDER);
    c01.intoMemorySegment(ALL, to0 + NEXT, ORDER);
    c10.intoMemorySegment(ALL, to1, ORDER);
    c11.intoMemorySegment(ALL, to1 + NEXT, ORDER);
    c20.intoMemorySegment(ALL, to2, ORDER);
    c21.intoMemorySegment(ALL, to2 + NEXT, ORDER);
    c30.intoMemorySegment(ALL, to3, ORDER);
    c31.intoMemorySegment(ALL, to3 + NEXT, ORDER);
    c40.intoMemorySegment(ALL, to4, ORDER);
    c41.intoMemorySegment(ALL, to4 + NEXT, ORDER);
    c50.intoMemorySegment(ALL, to5, ORDER);
    c51.intoMemorySegment(ALL, to5 + NEXT, ORDER);
    c60.intoMemorySegment(ALL, to6, ORDER);
    c61.intoMemorySegment(ALL, to6 + NEXT, ORDER);
    c70.intoMemorySegment(ALL, to7, ORDER);
    c71.intoMemorySegment(ALL, to7 + NEXT, ORDER);
  }
}
