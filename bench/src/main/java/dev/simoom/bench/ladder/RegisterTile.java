package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.ADDRESS_BITS;
import static dev.simoom.bench.ladder.Lanes.ALL;
import static dev.simoom.bench.ladder.Lanes.F;
import static dev.simoom.bench.ladder.Lanes.FLOAT;
import static dev.simoom.bench.ladder.Lanes.ORDER;
import static dev.simoom.bench.ladder.Lanes.VECTOR_BYTES;

import jdk.incubator.vector.FloatVector;

/**
 * A tile of C that stays in registers while k runs: for each k the outer product of a column of A
 * and a row of B is added to it.
 *
 * <p>Each accumulator is a local variable with a name, for the compiler keeps no array of vectors
 * in registers. Where the operands lie is left to the caller, so that the same loop runs on
 * matrices as they are and on packed ones. Operands are given by addresses, which nothing checks: a
 * check of bounds at each of the six loads of a step costs much of the speed. Distances are in
 * bytes.
 */
final class RegisterTile {
  /** Rows of a tile. */
  static final int ROWS = 4;

  /** Columns of a tile. */
  static final int COLUMNS = 2 * Lanes.LANES;

  private RegisterTile() {}

  /**
   * {@code C = A B}, or {@code C += A B}, for one tile.
   *
   * @param a address of the tile's first row of A
   * @param aRow distance between rows of A
   * @param aStep distance between columns of A
   * @param b address of the tile's first columns of B
   * @param bRow distance between rows of B; its columns, and those of C, lie side by side
   * @param c address of the tile
   * @param cRow distance between rows of C
   * @param add whether the product is added to what C holds
   */
  static void run(
      long a, long aRow, long aStep, long b, long bRow, long c, long cRow, int k, boolean add) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    for (int p = 0; p < k; p++) {
      a &= ADDRESS_BITS;
      b &= ADDRESS_BITS;
      FloatVector b0 = FloatVector.fromMemorySegment(F, ALL, b, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(F, ALL, b + VECTOR_BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(F, ALL.get(FLOAT, a));
      c00 = value.fma(b0, c00);
      c01 = value.fma(b1, c01);
      value = FloatVector.broadcast(F, ALL.get(FLOAT, a + aRow));
      c10 = value.fma(b0, c10);
      c11 = value.fma(b1, c11);
      value = FloatVector.broadcast(F, ALL.get(FLOAT, a + 2 * aRow));
      c20 = value.fma(b0, c20);
      c21 = value.fma(b1, c21);
      value = FloatVector.broadcast(F, ALL.get(FLOAT, a + 3 * aRow));
      c30 = value.fma(b0, c30);
      c31 = value.fma(b1, c31);
      a += aStep;
      b += bRow;
    }
    long to = c & ADDRESS_BITS;
    if (add) {
      c00 = c00.add(FloatVector.fromMemorySegment(F, ALL, to, ORDER));
      c01 = c01.add(FloatVector.fromMemorySegment(F, ALL, to + VECTOR_BYTES, ORDER));
      c10 = c10.add(FloatVector.fromMemorySegment(F, ALL, to + cRow, ORDER));
      c11 = c11.add(FloatVector.fromMemorySegment(F, ALL, to + cRow + VECTOR_BYTES, ORDER));
      c20 = c20.add(FloatVector.fromMemorySegment(F, ALL, to + 2 * cRow, ORDER));
      c21 = c21.add(FloatVector.fromMemorySegment(F, ALL, to + 2 * cRow + VECTOR_BYTES, ORDER));
      c30 = c30.add(FloatVector.fromMemorySegment(F, ALL, to + 3 * cRow, ORDER));
      c31 = c31.add(FloatVector.fromMemorySegment(F, ALL, to + 3 * cRow + VECTOR_BYTES, ORDER));
    }
    c00.intoMemorySegment(ALL, to, ORDER);
    c01.intoMemorySegment(ALL, to + VECTOR_BYTES, ORDER);
    c10.intoMemorySegment(ALL, to + cRow, ORDER);
    c11.intoMemorySegment(ALL, to + cRow + VECTOR_BYTES, ORDER);
    c20.intoMemorySegment(ALL, to + 2 * cRow, ORDER);
    c21.intoMemorySegment(ALL, to + 2 * cRow + VECTOR_BYTES, ORDER);
    c30.intoMemorySegment(ALL, to + 3 * cRow, ORDER);
    c31.intoMemorySegment(ALL, to + 3 * cRow + VECTOR_BYTES, ORDER);
  }
}
