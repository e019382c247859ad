package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.Simd.ALL;
import static dev.simoom.kernels.simd.Simd.I;
import static dev.simoom.kernels.simd.Simd.LANES;
import static dev.simoom.kernels.simd.Simd.ORDER;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes square tiles of 32-bit elements, as many rows as a vector has lanes.
 *
 * <p>The usual butterfly: for each power of two h below the size, the off-diagonal blocks of h rows
 * by h columns change places within every block of twice that size.
 */
final class Transpose {
  private static final VectorShuffle<Integer> SWAP_1 = swap(1);
  private static final VectorShuffle<Integer> SWAP_2 = swap(2);
  private static final VectorShuffle<Integer> SWAP_4 = swap(4);
  private static final VectorShuffle<Integer> SWAP_8 = swap(8);
  private static final VectorMask<Integer> UPPER_1 = upper(1);
  private static final VectorMask<Integer> UPPER_2 = upper(2);
  private static final VectorMask<Integer> UPPER_4 = upper(4);
  private static final VectorMask<Integer> UPPER_8 = upper(8);
  private static final long VECTOR = 4L * LANES;

  private Transpose() {}

  private static VectorShuffle<Integer> swap(int distance) {
    return VectorShuffle.fromOp(I, lane -> (lane ^ distance) % LANES);
  }

  private static VectorMask<Integer> upper(int distance) {
    boolean[] lanes = new boolean[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = (lane & distance) != 0;
    }
    return VectorMask.fromArray(I, lanes, 0);
  }

  /** Transposes a densely packed tile in place. */
  static void tile(long at) {
    exchange(at, 1, SWAP_1, UPPER_1);
    exchange(at, 2, SWAP_2, UPPER_2);
    if (LANES > 4) {
      exchange(at, 4, SWAP_4, UPPER_4);
    }
    if (LANES > 8) {
      exchange(at, 8, SWAP_8, UPPER_8);
    }
  }

  private static void exchange(
      long at, int distance, VectorShuffle<Integer> swap, VectorMask<Integer> upper) {
    for (int i = 0; i < LANES / 2; i++) {
      int row = (i & -distance) * 2 + (i & distance - 1);
      long first = at + row * VECTOR;
      long second = first + distance * VECTOR;
      IntVector a = IntVector.fromMemorySegment(I, ALL, first, ORDER);
      IntVector b = IntVector.fromMemorySegment(I, ALL, second, ORDER);
      a.blend(b.rearrange(swap), upper).intoMemorySegment(ALL, first, ORDER);
      a.rearrange(swap).blend(b, upper).intoMemorySegment(ALL, second, ORDER);
    }
  }
}
