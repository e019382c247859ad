package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Device code of what runs along an axis. */
public final class ScanCode {
  /** Sums that are added one by one before they are added to the others. */
  private static final int BLOCK = 32;

  private ScanCode() {}

  /**
   * Sums of lines: an item for each.
   *
   * @param first 0, or for reversed lines what is to be added to a line's place for its first
   * @param step from one element to the next
   * @param inner lines side by side
   */
  public static void sums(
      KernelContext context,
      FloatArray x,
      FloatArray y,
      int xStart,
      int yStart,
      int lines,
      int length,
      int inner,
      int first,
      int step) {
    int line = context.globalIdx;
    if (line < lines) {
      int at = line / inner * (length * inner) + line % inner + first;
      float far = 0;
      float near = 0;
      for (int i = 0; i < length; i++) {
        if (i % BLOCK == 0) {
          far += near;
          near = 0;
        }
        near += x.get(xStart + at);
        y.set(yStart + at, far + near);
        at += step;
      }
    }
  }

  /**
   * Sums of lines whose elements are neighbours: a group of 256 items for each, which add up a tile
   * of it at a time.
   *
   * @param reversed 1 for reversed lines
   */
  public static void longSums(
      KernelContext context,
      FloatArray x,
      FloatArray y,
      int xStart,
      int yStart,
      int length,
      int reversed) {
    float[] sums = context.allocateFloatLocalArray(256);
    int item = context.localIdx;
    int from = context.groupIdx * length;
    float carry = 0;
    for (int tile = 0; tile < length; tile += 256) {
      int i = tile + item;
      int at = from + (reversed == 1 ? length - 1 - i : i);
      float sum = 0;
      if (i < length) {
        sum = x.get(xStart + at);
      }
      sums[item] = sum;
      context.localBarrier();
      for (int distance = 1; distance < 256; distance <<= 1) {
        if (item >= distance) {
          sum += sums[item - distance];
        }
        context.localBarrier();
        sums[item] = sum;
        context.localBarrier();
      }
      if (i < length) {
        y.set(yStart + at, carry + sum);
      }
      carry += sums[255];
      context.localBarrier();
    }
  }

  /** Products of lines: an item for each. */
  public static void products(
      KernelContext context,
      FloatArray x,
      FloatArray y,
      int xStart,
      int yStart,
      int lines,
      int length,
      int inner,
      int first,
      int step) {
    int line = context.globalIdx;
    if (line < lines) {
      int at = line / inner * (length * inner) + line % inner + first;
      float value = 1;
      for (int i = 0; i < length; i++) {
        value *= x.get(xStart + at);
        y.set(yStart + at, value);
        at += step;
      }
    }
  }

  /** Recurrences of lines: an item for each. */
  public static void recurrences(
      KernelContext context,
      FloatArray factors,
      FloatArray x,
      FloatArray y,
      int factorsStart,
      int xStart,
      int yStart,
      int lines,
      int length,
      int inner,
      int first,
      int step) {
    int line = context.globalIdx;
    if (line < lines) {
      int at = line / inner * (length * inner) + line % inner + first;
      float value = 0;
      for (int i = 0; i < length; i++) {
        float next = x.get(xStart + at);
        if (i > 0) {
          next += factors.get(factorsStart + at) * value;
        }
        value = next;
        y.set(yStart + at, value);
        at += step;
      }
    }
  }

  /** Sums or products of integers: an item for each line. */
  public static void integers(
      KernelContext context,
      IntArray x,
      IntArray y,
      int xStart,
      int yStart,
      int lines,
      int length,
      int inner,
      int first,
      int step,
      int product) {
    int line = context.globalIdx;
    if (line < lines) {
      int at = line / inner * (length * inner) + line % inner + first;
      int value = product;
      for (int i = 0; i < length; i++) {
        int next = x.get(xStart + at);
        value = product == 1 ? value * next : value + next;
        y.set(yStart + at, value);
        at += step;
      }
    }
  }
}
