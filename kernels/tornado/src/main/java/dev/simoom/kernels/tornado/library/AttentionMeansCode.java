package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Device code of what the gradient of attention needs of each query beforehand. */
public final class AttentionMeansCode {
  /** Queries of a group of 256 items. */
  static final int ROWS = 8;

  private AttentionMeansCode() {}

  /**
   * The products of each output with its gradient: 32 items for each query.
   *
   * @param table see {@link AttentionGradientCode#attentionGradient}
   * @param rows queries of all attentions together
   */
  public static void attentionMeans(
      KernelContext context,
      FloatArray out,
      FloatArray gradOut,
      FloatArray means,
      IntArray table,
      int outStart,
      int gradOutStart,
      int meansStart,
      int tableStart,
      int rows,
      int queries,
      int head) {
    float[] sums = context.allocateFloatLocalArray(256);
    int item = context.localIdx;
    int lane = item & 31;
    int row = context.groupIdx * 8 + (item >> 5);
    float sum = 0;
    if (row < rows) {
      int starts = tableStart + 8 + row / queries * 8;
      int query = row % queries;
      int from = outStart + table.get(starts + 4) + query * table.get(tableStart + 4);
      int with = gradOutStart + table.get(starts + 1) + query * table.get(tableStart + 1);
      for (int feature = lane; feature < head; feature += 32) {
        sum += out.get(from + feature) * gradOut.get(with + feature);
      }
    }
    sums[item] = sum;
    context.localBarrier();
    for (int half = 16; half > 0; half >>= 1) {
      if (lane < half) {
        sums[item] = sums[item] + sums[item + half];
      }
      context.localBarrier();
    }
    if (lane == 0 && row < rows) {
      means.set(meansStart + row, sums[item]);
    }
  }
}
