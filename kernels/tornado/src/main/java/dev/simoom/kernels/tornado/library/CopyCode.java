package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/** Device code that moves elements from one layout to another. */
public final class CopyCode {
  private CopyCode() {}

  /**
   * Copies over up to four dimensions: an item for each element.
   *
   * @param elements how many
   * @param extent1 extent of the second dimension; the first follows
   * @param from0 stride of the source along the first dimension
   * @param to0 stride of the target along the first dimension
   */
  public static void copy(
      KernelContext context,
      FloatArray source,
      FloatArray target,
      int sourceStart,
      int targetStart,
      int elements,
      int extent1,
      int extent2,
      int extent3,
      int from0,
      int from1,
      int from2,
      int from3,
      int to0,
      int to1,
      int to2,
      int to3) {
    int element = context.globalIdx;
    if (element < elements) {
      int i3 = element % extent3;
      int rest = element / extent3;
      int i2 = rest % extent2;
      rest = rest / extent2;
      int i1 = rest % extent1;
      int i0 = rest / extent1;
      move(
          source,
          sourceStart + i0 * from0 + i1 * from1 + i2 * from2 + i3 * from3,
          target,
          targetStart + i0 * to0 + i1 * to1 + i2 * to2 + i3 * to3);
    }
  }

  /**
   * Copies over any number of dimensions.
   *
   * @param dimensions for each, innermost first: its extent, the source's stride and the target's
   * @param rank how many
   */
  public static void copyDimensions(
      KernelContext context,
      FloatArray source,
      FloatArray target,
      IntArray dimensions,
      int sourceStart,
      int targetStart,
      int dimensionsStart,
      int elements,
      int rank) {
    int element = context.globalIdx;
    if (element < elements) {
      int from = sourceStart;
      int to = targetStart;
      int rest = element;
      for (int d = dimensionsStart; d < dimensionsStart + 3 * rank; d += 3) {
        int extent = dimensions.get(d);
        int i = rest % extent;
        rest = rest / extent;
        from += i * dimensions.get(d + 1);
        to += i * dimensions.get(d + 2);
      }
      move(source, from, target, to);
    }
  }

  /**
   * Copies where the source is dense along another dimension than the target: squares of 32 x 32 by
   * way of local memory, so that both are met along their rows. A group of 256 items for each.
   *
   * @param extentX extent of the dimension along which the target is dense
   * @param extentY extent of the one along which the source is
   * @param extent1 extent of the inner one of two other dimensions
   * @param fromX stride of the source along x
   * @param toY stride of the target along y
   */
  public static void transpose(
      KernelContext context,
      FloatArray source,
      FloatArray target,
      int sourceStart,
      int targetStart,
      int extentX,
      int extentY,
      int extent1,
      int fromX,
      int toY,
      int from0,
      int from1,
      int to0,
      int to1) {
    float[] square = context.allocateFloatLocalArray(1056);
    int item = context.localIdx;
    int group = context.groupIdx;
    int tilesX = (extentX + 31) / 32;
    int tilesY = (extentY + 31) / 32;
    int x0 = group % tilesX * 32;
    group = group / tilesX;
    int y0 = group % tilesY * 32;
    group = group / tilesY;
    int i1 = group % extent1;
    int i0 = group / extent1;
    int from = sourceStart + i0 * from0 + i1 * from1;
    int to = targetStart + i0 * to0 + i1 * to1;
    int across = item & 31;
    for (int i = item >> 5; i < 32; i += 8) {
      if (x0 + i < extentX && y0 + across < extentY) {
        square[i * 33 + across] = source.get(from + (x0 + i) * fromX + y0 + across);
      }
    }
    context.localBarrier();
    for (int i = item >> 5; i < 32; i += 8) {
      if (y0 + i < extentY && x0 + across < extentX) {
        target.set(to + (y0 + i) * toY + x0 + across, square[across * 33 + i]);
      }
    }
  }

  /** The same for integers and, by way of them, 16-bit elements. */
  public static void transposeInts(
      KernelContext context,
      IntArray source,
      IntArray target,
      int sourceStart,
      int targetStart,
      int extentX,
      int extentY,
      int extent1,
      int fromX,
      int toY,
      int from0,
      int from1,
      int to0,
      int to1) {
    int[] square = context.allocateIntLocalArray(1056);
    int item = context.localIdx;
    int group = context.groupIdx;
    int tilesX = (extentX + 31) / 32;
    int tilesY = (extentY + 31) / 32;
    int x0 = group % tilesX * 32;
    group = group / tilesX;
    int y0 = group % tilesY * 32;
    group = group / tilesY;
    int i1 = group % extent1;
    int i0 = group / extent1;
    int from = sourceStart + i0 * from0 + i1 * from1;
    int to = targetStart + i0 * to0 + i1 * to1;
    int across = item & 31;
    for (int i = item >> 5; i < 32; i += 8) {
      if (x0 + i < extentX && y0 + across < extentY) {
        square[i * 33 + across] = readInt(source, from + (x0 + i) * fromX + y0 + across);
      }
    }
    context.localBarrier();
    for (int i = item >> 5; i < 32; i += 8) {
      if (y0 + i < extentY && x0 + across < extentX) {
        writeInt(target, to + (y0 + i) * toY + x0 + across, square[across * 33 + i]);
      }
    }
  }

  /** Copies an element. */
  public static void move(FloatArray from, int index, FloatArray to, int target) {
    to.set(target, from.get(index));
  }

  /** An element. */
  public static int readInt(IntArray array, int index) {
    return array.get(index);
  }

  /** An element. */
  public static int readShort(ShortArray array, int index) {
    return array.get(index);
  }

  /** Sets an element. */
  public static void writeInt(IntArray array, int index, int value) {
    array.set(index, value);
  }

  /** Sets an element. */
  public static void writeShort(ShortArray array, int index, int value) {
    array.set(index, (short) value);
  }
}
