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
  private static final float LARGEST = Float.MAX_VALUE;

  private TopKCode() {}

  /**
   * Selects by a threshold. The columns of a row are dealt out to chunks in turn; the k-th largest
   * of the chunks' largest values is a bound that at least k values reach, all of them in the k
   * chunks whose largest do. Those few are listed, and each one's place is how many come before it.
   *
   * <p>In the bound's order NaN and infinity are as the largest finite number. A row whose bound is
   * that, or of which too many reach the bound, takes the best k times: every item offers the best
   * of its columns that has not been taken; the one whose offer was taken looks for its next.
   *
   * @param items in a group: a power of two from 32 to 256, at least k
   * @param chunks a power of two from k to {@code items}
   * @param slotBits binary logarithm of the least power of two that is at least k
   */
  public static void topKByThreshold(
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
      int items,
      int chunks,
      int slotBits) {
    float[] offered = context.allocateFloatLocalArray(2048);
    int[] offeredColumn = context.allocateIntLocalArray(2048);
    float[] best = context.allocateFloatLocalArray(16);
    int[] bestColumn = context.allocateIntLocalArray(16);
    int[] winners = context.allocateIntLocalArray(256);
    int[] counts = context.allocateIntLocalArray(256);
    int[] segments = context.allocateIntLocalArray(16);
    int item = context.localIdx;
    int row = context.groupIdx;
    int from = valuesStart + row * rowStride;
    int segment = items / 16;

    // Minus infinity, which cannot be written as a constant.
    float largest = -LARGEST * items;
    int place = item < columns ? item : Integer.MAX_VALUE;
    int next = item;
    for (; next + 3 * items < columns; next += 4 * items) {
      float key0 = key(values.get(from + next));
      float key1 = key(values.get(from + next + items));
      float key2 = key(values.get(from + next + 2 * items));
      float key3 = key(values.get(from + next + 3 * items));
      place = key0 > largest ? next : place;
      largest = key0 > largest ? key0 : largest;
      place = key1 > largest ? next + items : place;
      largest = key1 > largest ? key1 : largest;
      place = key2 > largest ? next + 2 * items : place;
      largest = key2 > largest ? key2 : largest;
      place = key3 > largest ? next + 3 * items : place;
      largest = key3 > largest ? key3 : largest;
    }
    for (; next < columns; next += items) {
      float key = key(values.get(from + next));
      place = key > largest ? next : place;
      largest = key > largest ? key : largest;
    }
    offered[item] = largest;
    offeredColumn[item] = place;
    context.localBarrier();
    for (int half = items >> 1; half >= chunks; half >>= 1) {
      if (item < half) {
        float other = offered[item + half];
        int otherColumn = offeredColumn[item + half];
        if (reaches(other, otherColumn, offered[item], offeredColumn[item]) == 1) {
          offered[item] = other;
          offeredColumn[item] = otherColumn;
        }
      }
      context.localBarrier();
    }
    if (item < chunks) {
      float mine = offered[item];
      int mineColumn = offeredColumn[item];
      int rank = -1;
      for (int i = 0; i < chunks; i++) {
        rank += reaches(offered[i], offeredColumn[i], mine, mineColumn);
      }
      if (rank < k) {
        winners[rank] = item;
      }
    }
    context.localBarrier();
    float bound = offered[winners[k - 1]];
    int boundColumn = offeredColumn[winners[k - 1]];

    // The items of a slot share one chunk.
    int slot = item & ((1 << slotBits) - 1);
    int first = slot < k ? winners[slot] + (item >> slotBits) * chunks : columns;
    int stride = (items >> slotBits) * chunks;
    int count = 0;
    for (int column = first; column < columns; column += stride) {
      count += reaches(key(values.get(from + column)), column, bound, boundColumn);
    }
    counts[item] = count;
    context.localBarrier();
    if (item < 16) {
      int sum = 0;
      for (int i = item * segment; i < (item + 1) * segment; i++) {
        sum += counts[i];
      }
      segments[item] = sum;
    }
    context.localBarrier();
    int at = 0;
    int total = 0;
    for (int i = 0; i < 16; i++) {
      at += i < item / segment ? segments[i] : 0;
      total += segments[i];
    }
    for (int i = item / segment * segment; i < item; i++) {
      at += counts[i];
    }
    int listed = total <= 2048 ? total : 0;
    listed = bound < LARGEST ? listed : 0;
    if (listed > 0) {
      for (int column = first; column < columns; column += stride) {
        float value = values.get(from + column);
        if (reaches(key(value), column, bound, boundColumn) == 1) {
          offered[at] = value;
          offeredColumn[at] = column;
          at++;
        }
      }
    }
    context.localBarrier();
    for (int i = item; i < listed; i += items) {
      float value = offered[i];
      int column = offeredColumn[i];
      int rank = 0;
      for (int j = 0; j < listed; j++) {
        rank += comesFirst(offered[j], offeredColumn[j], value, column);
      }
      if (rank < k) {
        kept.set(keptStart + row * k + rank, value);
        chosen.set(chosenStart + row * k + rank, column);
      }
    }

    int rounds = listed > 0 ? 0 : k;
    float lastValue = 0;
    int lastColumn = -1;
    int looking = 1;
    for (int round = 0; round < rounds; round++) {
      if (looking == 1) {
        float value = 0;
        int found = -1;
        for (int column = item; column < columns; column += items) {
          float candidate = values.get(from + column);
          int left = none(lastColumn) | comesFirst(lastValue, lastColumn, candidate, column);
          if ((left & (none(found) | comesFirst(candidate, column, value, found))) == 1) {
            value = candidate;
            found = column;
          }
        }
        offered[item] = value;
        offeredColumn[item] = found;
      }
      context.localBarrier();
      if (item < 16) {
        float value = 0;
        int found = -1;
        for (int i = item * segment; i < (item + 1) * segment; i++) {
          float candidate = offered[i];
          int column = offeredColumn[i];
          int better = none(found) | comesFirst(candidate, column, value, found);
          if ((better & (1 - none(column))) == 1) {
            value = candidate;
            found = column;
          }
        }
        best[item] = value;
        bestColumn[item] = found;
      }
      context.localBarrier();
      float value = 0;
      int found = -1;
      for (int i = 0; i < 16; i++) {
        float candidate = best[i];
        int column = bestColumn[i];
        int better = none(found) | comesFirst(candidate, column, value, found);
        if ((better & (1 - none(column))) == 1) {
          value = candidate;
          found = column;
        }
      }
      lastValue = value;
      lastColumn = found;
      looking = (found & (items - 1)) == item ? 1 : 0;
      if (looking == 1) {
        kept.set(keptStart + row * k + round, value);
        chosen.set(chosenStart + row * k + round, found);
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

  /** What a value counts as in the order of bounds. */
  public static float key(float value) {
    return value < LARGEST ? value : LARGEST;
  }

  /** 1 if a key and its column are a bound or come before it, otherwise 0. */
  public static int reaches(float key, int column, float bound, int boundColumn) {
    int greater = key > bound ? 1 : 0;
    int equal = key == bound ? 1 : 0;
    int before = column <= boundColumn ? 1 : 0;
    return greater | (equal & before);
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
