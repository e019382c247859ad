package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code that adds many rows into a table: sorts the terms by their entry, eight bits at a
 * time from the lowest, and then lets every entry add up its own.
 *
 * <p>A group of 256 items sorts a block of terms; each item looks for one of the 256 digits, in the
 * order of the terms, so equal entries keep that order. Terms outside the table are sorted to entry
 * 0 and left out in the end.
 */
public final class SortedTermsCode {
  /** Terms that a group has in local memory at a time. */
  static final int STRETCH = 2048;

  private SortedTermsCode() {}

  /**
   * Counts the digits of each block.
   *
   * @param order the terms as sorted so far
   * @param span terms of a block, a multiple of 2048
   * @param shift bits below the digit
   * @param unsorted 1 if the terms are in their own order, and {@code order} is not read
   */
  public static void countDigits(
      KernelContext context,
      IntArray indices,
      IntArray order,
      IntArray counts,
      int indicesStart,
      int orderStart,
      int countsStart,
      int terms,
      int entries,
      int span,
      int shift,
      int unsorted) {
    int[] digits = context.allocateIntLocalArray(2048);
    int item = context.localIdx;
    int end = TornadoMath.min(terms, context.groupIdx * span + span);
    int count = 0;
    for (int first = context.groupIdx * span; first < end; first += 2048) {
      for (int i = item; i < 2048; i += 256) {
        int digit = 256;
        if (first + i < end) {
          int term = unsorted == 1 ? first + i : order.get(orderStart + first + i);
          digit = (entry(indices.get(indicesStart + term), entries) >> shift) & 255;
        }
        digits[i] = digit;
      }
      context.localBarrier();
      for (int i = 0; i < 2048; i++) {
        count += digits[i] == item ? 1 : 0;
      }
      context.localBarrier();
    }
    counts.set(countsStart + context.groupIdx * 256 + item, count);
  }

  /**
   * Moves the terms of each block to where they belong.
   *
   * @param sorted takes the terms in their new order
   * @param blocks how many
   */
  public static void placeTerms(
      KernelContext context,
      IntArray indices,
      IntArray order,
      IntArray counts,
      IntArray sorted,
      int indicesStart,
      int orderStart,
      int countsStart,
      int sortedStart,
      int terms,
      int entries,
      int span,
      int shift,
      int unsorted,
      int blocks) {
    int[] digits = context.allocateIntLocalArray(2048);
    int[] termOf = context.allocateIntLocalArray(2048);
    int[] totals = context.allocateIntLocalArray(256);
    int[] segments = context.allocateIntLocalArray(16);
    int item = context.localIdx;
    int total = 0;
    int at = 0;
    for (int block = 0; block < blocks; block++) {
      int count = counts.get(countsStart + block * 256 + item);
      total += count;
      at += block < context.groupIdx ? count : 0;
    }
    totals[item] = total;
    context.localBarrier();
    if (item < 16) {
      int sum = 0;
      for (int i = item * 16; i < item * 16 + 16; i++) {
        sum += totals[i];
      }
      segments[item] = sum;
    }
    context.localBarrier();
    for (int i = 0; i < item >> 4; i++) {
      at += segments[i];
    }
    for (int i = item & 240; i < item; i++) {
      at += totals[i];
    }
    int end = TornadoMath.min(terms, context.groupIdx * span + span);
    for (int first = context.groupIdx * span; first < end; first += 2048) {
      for (int i = item; i < 2048; i += 256) {
        int digit = 256;
        int term = 0;
        if (first + i < end) {
          term = unsorted == 1 ? first + i : order.get(orderStart + first + i);
          digit = (entry(indices.get(indicesStart + term), entries) >> shift) & 255;
        }
        digits[i] = digit;
        termOf[i] = term;
      }
      context.localBarrier();
      for (int i = 0; i < 2048; i++) {
        if (digits[i] == item) {
          sorted.set(sortedStart + at, termOf[i]);
          at++;
        }
      }
      context.localBarrier();
    }
  }

  /**
   * Finds where the terms of each entry begin, and what each term adds: an item for each term and
   * each entry, and one more.
   *
   * @param values factors of the terms; any array if {@code weighted} is 0
   * @param order the sorted terms
   * @param starts takes the first place of each entry's terms, and the end of all
   * @param rows takes the row of each term, -1 where its entry is outside the table
   * @param factors takes its factor if {@code weighted} is 1
   */
  public static void listTerms(
      KernelContext context,
      FloatArray values,
      IntArray indices,
      IntArray order,
      IntArray starts,
      IntArray rows,
      FloatArray factors,
      int valuesStart,
      int indicesStart,
      int orderStart,
      int startsStart,
      int rowsStart,
      int factorsStart,
      int terms,
      int k,
      int entries,
      int weighted) {
    int item = context.globalIdx;
    if (item < terms) {
      int term = order.get(orderStart + item);
      int index = indices.get(indicesStart + term);
      rows.set(rowsStart + item, inside(index, entries) == 1 ? term / k : -1);
      if (weighted == 1) {
        factors.set(factorsStart + item, values.get(valuesStart + term));
      }
    }
    if (item <= entries) {
      int low = 0;
      int high = terms;
      while (low < high) {
        int middle = low + ((high - low) >> 1);
        int index = indices.get(indicesStart + order.get(orderStart + middle));
        int before = entry(index, entries) < item ? 1 : 0;
        low = before == 1 ? middle + 1 : low;
        high = before == 1 ? high : middle;
      }
      starts.set(startsStart + item, low);
    }
  }

  /**
   * Adds up the terms of each entry, long sums in blocks of 512: an item for each entry and one to
   * four of its columns.
   *
   * @param lanes items for each entry, and the distance of an item's columns
   */
  public static void addTerms(
      KernelContext context,
      IntArray starts,
      IntArray rows,
      FloatArray factors,
      FloatArray dense,
      FloatArray out,
      int startsStart,
      int rowsStart,
      int factorsStart,
      int denseStart,
      int outStart,
      int entries,
      int width,
      int weighted,
      int lanes) {
    int item = context.globalIdx;
    if (item < entries * lanes) {
      int entry = item / lanes;
      int column0 = item - entry * lanes;
      int column1 = column0 + lanes;
      int column2 = column1 + lanes;
      int column3 = column2 + lanes;
      int end = starts.get(startsStart + entry + 1);
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      for (int first = starts.get(startsStart + entry); first < end; first += 512) {
        int last = TornadoMath.min(end, first + 512);
        float part0 = 0;
        float part1 = 0;
        float part2 = 0;
        float part3 = 0;
        for (int i = first; i < last; i++) {
          int row = rows.get(rowsStart + i);
          if (row >= 0) {
            float factor = 1;
            if (weighted == 1) {
              factor = factors.get(factorsStart + i);
            }
            int from = denseStart + row * width;
            part0 += factor * dense.get(from + column0);
            part1 += factor * SparseCode.cell(dense, from, column1, width);
            part2 += factor * SparseCode.cell(dense, from, column2, width);
            part3 += factor * SparseCode.cell(dense, from, column3, width);
          }
        }
        sum0 += part0;
        sum1 += part1;
        sum2 += part2;
        sum3 += part3;
      }
      int to = outStart + entry * width;
      out.set(to + column0, sum0);
      SparseCode.setCell(out, to, column1, width, sum1);
      SparseCode.setCell(out, to, column2, width, sum2);
      SparseCode.setCell(out, to, column3, width, sum3);
    }
  }

  /** The entry that a term is sorted to. */
  public static int entry(int index, int entries) {
    return inside(index, entries) == 1 ? index : 0;
  }

  /** 1 if an index is inside a table, otherwise 0. */
  public static int inside(int index, int entries) {
    return (index | (entries - 1 - index)) < 0 ? 0 : 1;
  }
}
