package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ADDRESS_BITS;
import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes matrices of 32-bit elements; all addresses and steps are in bytes.
 *
 * <p>Four columns of the result at a time are zipped, so that of each row four elements lie side by
 * side, and then moved to their rows in pieces of 128 bits. Where there are sixteen columns, a
 * row's four pieces are moved one after the other: then each cache line of the target is finished
 * at once, however few places in the cache there are for lines that far apart.
 */
final class Transposition {
  /** Columns that are zipped together. */
  private static final int QUAD = 4;

  /** Columns that are moved together: those of a cache line. */
  private static final int LINE = 4 * QUAD;

  /** Rows of the result that are finished before the next ones are begun. */
  private static final int ROWS_TOGETHER = 64;

  private static final int QUAD_BYTES = QUAD * Integer.BYTES;
  private static final int VECTOR_BYTES = LANES * Integer.BYTES;

  /** Bytes of temporary memory. */
  static final int STAGE_BYTES = LINE * ROWS_TOGETHER * Integer.BYTES;

  /**
   * Pieces of 128 bits, as bytes: what the compiler learns of the methods of {@link IntVector} must
   * be of one width only, or it makes objects of the vectors of the other.
   */
  private static final VectorSpecies<Byte> QUADS = ByteVector.SPECIES_128;

  /** Lanes of two vectors one after the other, taken in turns: the first halves, the second. */
  private static final int[] ZIP_LOW = zip(0);

  private static final int[] ZIP_HIGH = zip(LANES / 2);

  private Transposition() {}

  private static int[] zip(int start) {
    int[] lanes = new int[LANES];
    Arrays.setAll(lanes, i -> start + i / 2 + i % 2 * LANES);
    return lanes;
  }

  /**
   * Transposes a matrix: the elements that become a column lie side by side.
   *
   * @param fromStep distance between what become neighbouring columns
   * @param toStep distance between rows of the result
   * @param rows rows of the result
   * @param columns columns of the result
   * @param stage start of {@link #STAGE_BYTES} bytes
   */
  static void run(
      long from, long fromStep, long to, long toStep, int rows, int columns, long stage) {
    int wholeRows = rows - rows % LANES;
    int wholeColumns = columns - columns % QUAD;
    for (int p = 0; p < wholeRows; p += ROWS_TOGETHER) {
      int here = Math.min(ROWS_TOGETHER, wholeRows - p);
      long source = from + (long) p * Integer.BYTES;
      long target = to + p * toStep;
      long next = (long) here * QUAD_BYTES;
      int j = 0;
      for (; j + LINE <= wholeColumns; j += LINE) {
        for (int quad = 0; quad < LINE / QUAD; quad++) {
          zipFour(source + (j + quad * QUAD) * fromStep, fromStep, stage + quad * next, here);
        }
        spreadLines(stage, next, target + (long) j * Integer.BYTES, toStep, here);
      }
      for (; j < wholeColumns; j += QUAD) {
        zipFour(source + j * fromStep, fromStep, stage, here);
        spread(stage, target + (long) j * Integer.BYTES, toStep, here);
      }
    }
    turn(from, fromStep, to, toStep, wholeRows, rows, 0, columns);
    turn(from, fromStep, to, toStep, 0, wholeRows, wholeColumns, columns);
  }

  private static void zipFour(long from, long fromStep, long stage, int rows) {
    IntVector low = IntVector.fromArray(I, ZIP_LOW, 0);
    IntVector high = IntVector.fromArray(I, ZIP_HIGH, 0);
    for (int p = 0; p < rows; p += LANES) {
      long source = from + (long) p * Integer.BYTES & ADDRESS_BITS;
      long third = source + 2 * fromStep & ADDRESS_BITS;
      IntVector r0 = IntVector.fromMemorySegment(I, ALL, source, ORDER);
      IntVector r1 = IntVector.fromMemorySegment(I, ALL, source + fromStep & ADDRESS_BITS, ORDER);
      IntVector r2 = IntVector.fromMemorySegment(I, ALL, third, ORDER);
      IntVector r3 = IntVector.fromMemorySegment(I, ALL, third + fromStep & ADDRESS_BITS, ORDER);
      IntVector even0 = low.selectFrom(r0, r2);
      IntVector odd0 = low.selectFrom(r1, r3);
      IntVector even1 = high.selectFrom(r0, r2);
      IntVector odd1 = high.selectFrom(r1, r3);
      long target = stage + (long) p * QUAD_BYTES & ADDRESS_BITS;
      low.selectFrom(even0, odd0).intoMemorySegment(ALL, target, ORDER);
      high.selectFrom(even0, odd0).intoMemorySegment(ALL, target + VECTOR_BYTES, ORDER);
      low.selectFrom(even1, odd1).intoMemorySegment(ALL, target + 2 * VECTOR_BYTES, ORDER);
      high.selectFrom(even1, odd1).intoMemorySegment(ALL, target + 3 * VECTOR_BYTES, ORDER);
    }
  }

  private static void spread(long stage, long to, long toStep, int rows) {
    long source = stage;
    long target = to;
    for (int p = 0; p < rows; p++) {
      source &= ADDRESS_BITS;
      target &= ADDRESS_BITS;
      ByteVector.fromMemorySegment(QUADS, ALL, source, ORDER).intoMemorySegment(ALL, target, ORDER);
      source += QUAD_BYTES;
      target += toStep;
    }
  }

  /** Moves four zipped quads, {@code next} bytes apart, side by side. */
  private static void spreadLines(long stage, long next, long to, long toStep, int rows) {
    long source = stage;
    long target = to;
    for (int p = 0; p < rows; p++) {
      source &= ADDRESS_BITS;
      target &= ADDRESS_BITS;
      long s1 = source + next & ADDRESS_BITS;
      long s2 = s1 + next & ADDRESS_BITS;
      long s3 = s2 + next & ADDRESS_BITS;
      ByteVector.fromMemorySegment(QUADS, ALL, source, ORDER).intoMemorySegment(ALL, target, ORDER);
      ByteVector.fromMemorySegment(QUADS, ALL, s1, ORDER)
          .intoMemorySegment(ALL, target + QUAD_BYTES, ORDER);
      ByteVector.fromMemorySegment(QUADS, ALL, s2, ORDER)
          .intoMemorySegment(ALL, target + 2 * QUAD_BYTES, ORDER);
      ByteVector.fromMemorySegment(QUADS, ALL, s3, ORDER)
          .intoMemorySegment(ALL, target + 3 * QUAD_BYTES, ORDER);
      source += QUAD_BYTES;
      target += toStep;
    }
  }

  /** Element by element, where there are too few for a vector. */
  private static void turn(
      long from, long fromStep, long to, long toStep, int row0, int row1, int col0, int col1) {
    for (int j = col0; j < col1; j++) {
      long source = from + j * fromStep;
      long target = to + (long) j * Integer.BYTES;
      for (int p = row0; p < row1; p++) {
        int element = ALL.get(JAVA_INT_UNALIGNED, source + (long) p * Integer.BYTES & ADDRESS_BITS);
        ALL.set(JAVA_INT_UNALIGNED, target + p * toStep & ADDRESS_BITS, element);
      }
    }
  }
}
