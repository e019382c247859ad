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

  /**
   * Sums of weighted rows: an item for each row of the result and one to four of its columns.
   *
   * @param lanes items for each row, and the distance of an item's columns
   */
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
      int width,
      int lanes) {
    int item = context.globalIdx;
    if (item < rows * lanes) {
      int row = item / lanes;
      int first = item - row * lanes;
      int second = first + lanes;
      int third = second + lanes;
      int fourth = third + lanes;
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      int end = row * k + k;
      int next = k > 0 ? indices.get(indicesStart + row * k) : 0;
      for (int j = row * k; j < end; j++) {
        // The next index is on its way while this one's row is.
        int entry = next;
        next = indices.get(indicesStart + TornadoMath.min(j + 1, end - 1));
        if ((entry | (entries - 1 - entry)) >= 0) {
          float value = values.get(valuesStart + j);
          int from = tableStart + entry * width;
          sum0 += value * table.get(from + first);
          sum1 += value * cell(table, from, second, width);
          sum2 += value * cell(table, from, third, width);
          sum3 += value * cell(table, from, fourth, width);
        }
      }
      int to = outStart + row * width;
      out.set(to + first, sum0);
      setCell(out, to, second, width, sum1);
      setCell(out, to, third, width, sum2);
      setCell(out, to, fourth, width, sum3);
    }
  }

  /** An element of a row, 0 beyond its end. */
  public static float cell(FloatArray table, int from, int column, int width) {
    float value = 0;
    if (column < width) {
      value = table.get(from + column);
    }
    return value;
  }

  /** Sets an element of a row, none beyond its end. */
  public static void setCell(FloatArray table, int from, int column, int width, float value) {
    if (column < width) {
      table.set(from + column, value);
    }
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
