package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code that selects the largest values of rows, a group of items for each row.
 *
 * <p>Values are in a total order: larger ones first, NaN before all numbers, of equal ones that of
 * the lowest column.
 */
public final class TopKCode {
  private TopKCode() {}

  /**
   * Takes the best k times. Every item offers the best of its columns (each {@code items}-th one)
   * that has not been taken; the one whose offer was taken looks for its next.
   *
   * @param items in a group: a power of two from 32 to 256
   */
  public static void topKByRounds(
      KernelContext context,
      FloatArray values,
      FloatArray kept,
      IntArray chosen,
      int valuesStart,
      int keptStart,
      int chosenStart,
      int columns,
      int k,
      int rowStride,
      int items) {
    float[] offered = context.allocateFloatLocalArray(256);
    int[] offeredColumn = context.allocateIntLocalArray(256);
    float[] best = context.allocateFloatLocalArray(16);
    int[] bestColumn = context.allocateIntLocalArray(16);
    int item = context.localIdx;
    int row = context.groupIdx;
    int from = valuesStart + row * rowStride;
    int segment = items / 16;
    float lastValue = 0;
    int lastColumn = -1;
    int looking = 1;
    for (int round = 0; round < k; round++) {
      if (looking == 1) {
        float value = 0;
        int place = -1;
        for (int column = item; column < columns; column += items) {
          float candidate = values.get(from + column);
          int left = none(lastColumn) | comesFirst(lastValue, lastColumn, candidate, column);
          if ((left & (none(place) | comesFirst(candidate, column, value, place))) == 1) {
            value = candidate;
            place = column;
          }
        }
        offered[item] = value;
        offeredColumn[item] = place;
      }
      context.localBarrier();
      if (item < 16) {
        float value = 0;
        int place = -1;
        for (int i = item * segment; i < (item + 1) * segment; i++) {
          float candidate = offered[i];
          int column = offeredColumn[i];
          int better = none(place) | comesFirst(candidate, column, value, place);
          if ((better & (1 - none(column))) == 1) {
            value = candidate;
            place = column;
          }
        }
        best[item] = value;
        bestColumn[item] = place;
      }
      context.localBarrier();
      float value = 0;
      int place = -1;
      for (int i = 0; i < 16; i++) {
        float candidate = best[i];
        int column = bestColumn[i];
        int better = none(place) | comesFirst(candidate, column, value, place);
        if ((better & (1 - none(column))) == 1) {
          value = candidate;
          place = column;
        }
      }
      lastValue = value;
      lastColumn = place;
      looking = (place & (items - 1)) == item ? 1 : 0;
      if (looking == 1) {
        kept.set(keptStart + row * k + round, value);
        chosen.set(chosenStart + row * k + round, place);
      }
    }
  }

  /**
   * Sorts the columns of each row by a bitonic network, for large k.
   *
   * @param order room for the sorted columns, {@code padded} for each row
   * @param padded the number of columns rounded up to a power of two
   * @param items in a group
   */
  public static void topKBySorting(
      KernelContext context,
      FloatArray values,
      FloatArray kept,
      IntArray chosen,
      IntArray order,
      int valuesStart,
      int keptStart,
      int chosenStart,
      int orderStart,
      int columns,
      int k,
      int rowStride,
      int padded,
      int items) {
    int item = context.localIdx;
    int row = context.groupIdx;
    int from = valuesStart + row * rowStride;
    int list = orderStart + row * padded;
    for (int i = item; i < padded; i += items) {
      order.set(list + i, i);
    }
    context.globalBarrier();
    for (int size = 2; size <= padded; size <<= 1) {
      for (int distance = size >> 1; distance > 0; distance >>= 1) {
        for (int pair = item; pair < padded >> 1; pair += items) {
          int low = ((pair & -distance) << 1) | (pair & (distance - 1));
          int left = order.get(list + low);
          int right = order.get(list + low + distance);
          // Runs whose number has the bit of their size are sorted backwards.
          int forwards = (low & size) == 0 ? 1 : 0;
          if (rightFirst(values, from, columns, left, right) == forwards) {
            order.set(list + low, right);
            order.set(list + low + distance, left);
          }
        }
        context.globalBarrier();
      }
    }
    for (int i = item; i < k; i += items) {
      int column = order.get(list + i);
      kept.set(keptStart + row * k + i, values.get(from + column));
      chosen.set(chosenStart + row * k + i, column);
    }
  }

  /** 1 if there is no such column, that is -1. */
  public static int none(int column) {
    return column < 0 ? 1 : 0;
  }

  /** 1 if the second of two columns comes first; those beyond the row come last. */
  public static int rightFirst(FloatArray values, int from, int columns, int left, int right) {
    if (left >= columns) {
      return right < left ? 1 : 0;
    }
    if (right >= columns) {
      return 0;
    }
    return comesFirst(values.get(from + right), right, values.get(from + left), left);
  }

  /**
   * 1 if a value comes before another in the total order, otherwise 0. Of bits, because compound
   * conditions are not always compiled as they are written.
   */
  public static int comesFirst(float value, int column, float other, int otherColumn) {
    int greater = value > other ? 1 : 0;
    int equal = value == other ? 1 : 0;
    int nan = value != value ? 1 : 0;
    int otherNan = other != other ? 1 : 0;
    int before = column < otherColumn ? 1 : 0;
    return greater | (nan & (1 - otherNan)) | ((equal | (nan & otherNan)) & before);
  }
}
