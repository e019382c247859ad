package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code that adds a few rows into a table: a group of 256 items has some entries and up to
 * 256 columns of them, lists the terms for its entries in their order, and adds them up in local
 * memory.
 */
public final class ScatterAddCode {
  /** Of so many terms at most. */
  static final int TERMS = 2048;

  /** Sums that a group has in local memory. */
  static final int SUMS = 4096;

  private ScatterAddCode() {}

  /**
   * Writes the whole table.
   *
   * @param values factors of the terms; any array if {@code weighted} is 0
   * @param terms number of indices, at most 2048
   * @param columnBits binary logarithm of the columns of a group
   * @param span entries of a group
   */
  public static void scatterAdd(
      KernelContext context,
      FloatArray values,
      IntArray indices,
      FloatArray dense,
      FloatArray out,
      int valuesStart,
      int indicesStart,
      int denseStart,
      int outStart,
      int terms,
      int k,
      int entries,
      int width,
      int weighted,
      int columnBits,
      int span) {
    float[] sums = context.allocateFloatLocalArray(4096);
    int[] list = context.allocateIntLocalArray(2048);
    int[] counts = context.allocateIntLocalArray(256);
    int[] segments = context.allocateIntLocalArray(16);
    int item = context.localIdx;
    int columns = 1 << columnBits;
    int tiles = (width + columns - 1) >> columnBits;
    int lane = item & (columns - 1);
    int column = context.groupIdx % tiles * columns + lane;
    int firstEntry = context.groupIdx / tiles * span;
    int endEntry = TornadoMath.min(entries, firstEntry + span);
    // Items of one column share the entries among them.
    int part = item >> columnBits;
    int parts = 256 >> columnBits;

    for (int e = part; e < span; e += parts) {
      sums[(e << columnBits) + lane] = 0;
    }
    int mine = 0;
    for (int i = item * 8; i < TornadoMath.min(terms, item * 8 + 8); i++) {
      int entry = indices.get(indicesStart + i);
      mine += inside(entry - firstEntry, endEntry - 1 - entry);
    }
    counts[item] = mine;
    context.localBarrier();
    if (item < 16) {
      int sum = 0;
      for (int i = item * 16; i < item * 16 + 16; i++) {
        sum += counts[i];
      }
      segments[item] = sum;
    }
    context.localBarrier();
    int at = 0;
    int total = 0;
    for (int i = 0; i < 16; i++) {
      at += i < item >> 4 ? segments[i] : 0;
      total += segments[i];
    }
    for (int i = item & 240; i < item; i++) {
      at += counts[i];
    }
    for (int i = item * 8; i < TornadoMath.min(terms, item * 8 + 8); i++) {
      int entry = indices.get(indicesStart + i);
      if (inside(entry - firstEntry, endEntry - 1 - entry) == 1) {
        list[at] = i << 12 | (entry - firstEntry);
        at++;
      }
    }
    context.localBarrier();
    for (int i = 0; i < total; i++) {
      int entry = list[i] & 4095;
      if (column < width && (entry & (parts - 1)) == part) {
        int term = list[i] >> 12;
        float value = dense.get(denseStart + term / k * width + column);
        if (weighted == 1) {
          value *= values.get(valuesStart + term);
        }
        sums[(entry << columnBits) + lane] = sums[(entry << columnBits) + lane] + value;
      }
    }
    if (column < width) {
      for (int e = part; firstEntry + e < endEntry; e += parts) {
        out.set(outStart + (firstEntry + e) * width + column, sums[(e << columnBits) + lane]);
      }
    }
  }

  /** 1 if the distances to both ends of a range are at least 0, in wrapped arithmetic too. */
  public static int inside(int fromFirst, int toLast) {
    return (fromFirst | toLast) < 0 ? 0 : 1;
  }
}
