package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Device code of the kernels that read rows of a table by index. Indices outside the table count as
 * rows of zeros.
 */
public final class SparseCode {
  private SparseCode() {}

  /** Sums of weighted rows: an item for each row and column of the result. */
  public static void sparseDecode(
      KernelContext context,
      FloatArray values,
      IntArray indices,
      FloatArray table,
      FloatArray out,
      int valuesStart,
      int indicesStart,
      int tableStart,
      int outStart,
      int rows,
      int k,
      int entries,
      int width) {
    int element = context.globalIdx;
    if (element < rows * width) {
      int row = element / width;
      int column = element % width;
      int from = tableStart + column;
      int end = row * k + k;
      float sum = 0;
      int j = row * k;
      for (; j + 3 < end; j += 4) {
        // Four rows are on their way at a time.
        float cell0 = cell(table, from, indices.get(indicesStart + j), entries, width);
        float cell1 = cell(table, from, indices.get(indicesStart + j + 1), entries, width);
        float cell2 = cell(table, from, indices.get(indicesStart + j + 2), entries, width);
        float cell3 = cell(table, from, indices.get(indicesStart + j + 3), entries, width);
        sum += values.get(valuesStart + j) * cell0;
        sum += values.get(valuesStart + j + 1) * cell1;
        sum += values.get(valuesStart + j + 2) * cell2;
        sum += values.get(valuesStart + j + 3) * cell3;
      }
      for (; j < end; j++) {
        float cell = cell(table, from, indices.get(indicesStart + j), entries, width);
        sum += values.get(valuesStart + j) * cell;
      }
      out.set(outStart + element, sum);
    }
  }

  /** An element of a column of a table, 0 outside. */
  public static float cell(FloatArray table, int from, int entry, int entries, int width) {
    float value = 0;
    if ((entry | (entries - 1 - entry)) >= 0) {
      value = table.get(from + entry * width);
    }
    return value;
  }

  /**
   * Dot products with rows: a few items for each.
   *
   * @param dots how many
   * @param laneBits binary logarithm of the items for each, which is at most 256
   */
  public static void sparseDot(
      KernelContext context,
      FloatArray dense,
      IntArray indices,
      FloatArray table,
      FloatArray out,
      int denseStart,
      int indicesStart,
      int tableStart,
      int outStart,
      int dots,
      int k,
      int entries,
      int width,
      int laneBits) {
    float[] sums = context.allocateFloatLocalArray(256);
    int item = context.localIdx;
    int lanes = 1 << laneBits;
    int lane = item & (lanes - 1);
    int dot = context.groupIdx * (256 >> laneBits) + (item >> laneBits);
    float sum = 0;
    if (dot < dots) {
      int entry = indices.get(indicesStart + dot);
      if (entry >= 0 && entry < entries) {
        int left = denseStart + dot / k * width;
        int right = tableStart + entry * width;
        int column = lane;
        for (; column + 3 * lanes < width; column += 4 * lanes) {
          float term0 = dense.get(left + column) * table.get(right + column);
          float term1 = dense.get(left + column + lanes) * table.get(right + column + lanes);
          float term2 =
              dense.get(left + column + 2 * lanes) * table.get(right + column + 2 * lanes);
          float term3 =
              dense.get(left + column + 3 * lanes) * table.get(right + column + 3 * lanes);
          sum += (term0 + term1) + (term2 + term3);
        }
        for (; column < width; column += lanes) {
          sum += dense.get(left + column) * table.get(right + column);
        }
      }
    }
    sums[item] = sum;
    context.localBarrier();
    for (int half = lanes >> 1; half > 0; half >>= 1) {
      if (lane < half) {
        sums[item] = sums[item] + sums[item + half];
      }
      context.localBarrier();
    }
    if (lane == 0 && dot < dots) {
      out.set(outStart + dot, sums[item]);
    }
  }

  /** Rows of a table of any element type: an item for each row and column of the result. */
  public static void gather(
      KernelContext context,
      IntArray indices,
      FloatArray table,
      FloatArray out,
      int indicesStart,
      int tableStart,
      int outStart,
      int rows,
      int entries,
      int width) {
    int element = context.globalIdx;
    if (element < rows * width) {
      int entry = indices.get(indicesStart + element / width);
      if (entry >= 0 && entry < entries) {
        move(table, tableStart + entry * width + element % width, out, outStart + element);
      } else {
        clear(out, outStart + element);
      }
    }
  }

  /** Copies an element. */
  public static void move(FloatArray from, int index, FloatArray to, int target) {
    to.set(target, from.get(index));
  }

  /** Copies an element. */
  public static void moveInt(IntArray from, int index, IntArray to, int target) {
    to.set(target, from.get(index));
  }

  /** Copies an element. */
  public static void moveShort(ShortArray from, int index, ShortArray to, int target) {
    to.set(target, from.get(index));
  }

  /** Sets an element to zero. */
  public static void clear(FloatArray array, int index) {
    array.set(index, 0);
  }

  /** Sets an element to zero. */
  public static void clearInt(IntArray array, int index) {
    array.set(index, 0);
  }

  /** Sets an element to zero. */
  public static void clearShort(ShortArray array, int index) {
    array.set(index, (short) 0);
  }

  /**
   * Looks for an index outside a table; one group of 256 items.
   *
   * @param found takes the lowest place of such an index, or -1, and the index
   */
  public static void indexCheck(
      KernelContext context,
      IntArray indices,
      IntArray found,
      int indicesStart,
      int foundStart,
      int count,
      int entries) {
    int[] lowest = context.allocateIntLocalArray(256);
    int item = context.localIdx;
    int place = count;
    for (int i = item; i < count; i += 256) {
      int index = indices.get(indicesStart + i);
      // Either difference has the sign bit if the index is outside.
      if ((index | (entries - 1 - index)) < 0) {
        place = TornadoMath.min(place, i);
      }
    }
    lowest[item] = place;
    context.localBarrier();
    for (int half = 128; half > 0; half >>= 1) {
      if (item < half) {
        lowest[item] = TornadoMath.min(lowest[item], lowest[item + half]);
      }
      context.localBarrier();
    }
    if (item == 0) {
      place = lowest[0];
      if (place < count) {
        found.set(foundStart, place);
        found.set(foundStart + 1, indices.get(indicesStart + place));
      } else {
        found.set(foundStart, -1);
        found.set(foundStart + 1, 0);
      }
    }
  }
}
