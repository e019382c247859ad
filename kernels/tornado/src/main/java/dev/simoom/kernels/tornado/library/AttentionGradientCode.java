package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code of attention's gradient, in blocks as {@link AttentionCode} has them.
 *
 * <p>All three gradients have one form: a block of weights, whose rows are queries or keys and
 * whose columns are the others, times rows of another operand. With the weights P and {@code dS =
 * scale P (dO V^T - rowsum(dO O))} they are {@code dQ = dS K}, {@code dK = dS^T Q} and {@code dV =
 * P^T dO}. Groups of one launch compute all of them, each the weights that it needs.
 */
public final class AttentionGradientCode {
  /** Numbers that the table has for each attention, and before those of the first. */
  static final int OPERANDS = 8;

  private AttentionGradientCode() {}

  /**
   * The gradients of queries, keys and values.
   *
   * <p>The table tells, in the order Q, dO, K, V, O, dQ, dK, dV, the distance of their rows, and
   * then for each attention where they start.
   *
   * @param means product of each query's output with its gradient
   * @param causal 1 if queries see no later keys
   * @param columnBits binary logarithm of the columns of a block
   * @param depthBits binary logarithm of the depth of strips in local memory
   * @param slices blocks side by side that cover the head
   * @param queryGroups groups for the gradient of the queries; those for the keys' and then for the
   *     values' come after
   * @param keyGroups groups for the gradient of the keys
   */
  public static void attentionGradient(
      KernelContext context,
      FloatArray q,
      FloatArray k,
      FloatArray v,
      FloatArray gradOut,
      FloatArray logSumExp,
      FloatArray means,
      FloatArray gradQ,
      FloatArray gradK,
      FloatArray gradV,
      IntArray table,
      int qStart,
      int kStart,
      int vStart,
      int gradOutStart,
      int sumStart,
      int meansStart,
      int gradQStart,
      int gradKStart,
      int gradVStart,
      int tableStart,
      int queries,
      int keys,
      int head,
      int causal,
      float scale,
      int columnBits,
      int depthBits,
      int slices,
      int queryGroups,
      int keyGroups) {
    float[] weights = context.allocateFloatLocalArray(4224);
    float[] strips = context.allocateFloatLocalArray(2688);
    float[] own = new float[16];
    int columns = 1 << columnBits;
    int rows = 4096 >> columnBits;
    int depth = 1 << depthBits;
    int lanes = columns >> 2;
    int width = columns + 1;
    int strip = AttentionCode.stripWidth(rows + columns, depthBits);

    int item = context.localIdx;
    int group = context.groupIdx;
    // 0 for the gradient of the queries, 1 for that of the keys, 2 for that of the values.
    int wanted = (group < queryGroups ? 0 : 1) + (group < queryGroups + keyGroups ? 0 : 1);
    int byKey = wanted == 0 ? 0 : 1;
    group = group - byKey * queryGroups - wanted / 2 * keyGroups;
    int slice = group % slices * columns;
    group = group / slices;
    int length = byKey == 1 ? keys : queries;
    int across = byKey == 1 ? queries : keys;
    int blocks = (length + rows - 1) / rows;
    int row0 = group % blocks * rows;
    int batch = group / blocks;
    int starts = tableStart + 8 + 8 * batch;
    int sumBase = sumStart + batch * queries;
    int meansBase = meansStart + batch * queries;
    // Query i sees key j if j <= i + shift.
    int shift = causal == 1 ? keys - queries : keys;
    int begin = byKey == 1 ? TornadoMath.max(0, row0 - shift) & -columns : 0;
    int end = byKey == 1 ? queries : TornadoMath.min(keys, row0 + rows + shift);

    int x = item & (lanes - 1);
    int y = item >> (columnBits - 2) << 2;
    float g00 = 0;
    float g01 = 0;
    float g02 = 0;
    float g03 = 0;
    float g10 = 0;
    float g11 = 0;
    float g12 = 0;
    float g13 = 0;
    float g20 = 0;
    float g21 = 0;
    float g22 = 0;
    float g23 = 0;
    float g30 = 0;
    float g31 = 0;
    float g32 = 0;
    float g33 = 0;
    for (int column0 = begin; column0 < end; column0 += columns) {
      // First the weights, then the gradient of each by what it weighs.
      int passes = 2 - wanted / 2;
      for (int pass = 0; pass < passes; pass++) {
        int left = pass + 2 * byKey;
        int leftBase = table.get(starts + left);
        int leftRow = table.get(tableStart + left);
        int right = pass + 2 - 2 * byKey;
        int rightBase = table.get(starts + right);
        int rightRow = table.get(tableStart + right);
        float s00 = 0;
        float s01 = 0;
        float s02 = 0;
        float s03 = 0;
        float s10 = 0;
        float s11 = 0;
        float s12 = 0;
        float s13 = 0;
        float s20 = 0;
        float s21 = 0;
        float s22 = 0;
        float s23 = 0;
        float s30 = 0;
        float s31 = 0;
        float s32 = 0;
        float s33 = 0;
        for (int first = 0; first < head; first += depth) {
          // One loop for both: two in a row come out wrong with PoCL 3.1's optimizer now and then.
          for (int e = item; e < (rows + columns) << depthBits; e += 256) {
            int line = e >> depthBits;
            int feature = first + (e & (depth - 1));
            int operand = line < rows ? left : right;
            int position = line < rows ? row0 + line : column0 + line - rows;
            int limit = line < rows ? length : across;
            int base = line < rows ? leftBase : rightBase;
            int stride = line < rows ? leftRow : rightRow;
            float value = 0;
            if (position < limit && feature < head) {
              value =
                  element(
                      operand,
                      q,
                      gradOut,
                      k,
                      v,
                      qStart,
                      gradOutStart,
                      kStart,
                      vStart,
                      base + position * stride + feature);
            }
            strips[(e & (depth - 1)) * strip + line] = value;
          }
          context.localBarrier();
          int steps = TornadoMath.min(depth, head - first);
          for (int step = 0; step < steps; step++) {
            int i = step * strip + y;
            int j = step * strip + rows + x;
            float a0 = strips[i];
            float a1 = strips[i + 1];
            float a2 = strips[i + 2];
            float a3 = strips[i + 3];
            float b0 = strips[j];
            float b1 = strips[j + lanes];
            float b2 = strips[j + 2 * lanes];
            float b3 = strips[j + 3 * lanes];
            s00 += a0 * b0;
            s01 += a0 * b1;
            s02 += a0 * b2;
            s03 += a0 * b3;
            s10 += a1 * b0;
            s11 += a1 * b1;
            s12 += a1 * b2;
            s13 += a1 * b3;
            s20 += a2 * b0;
            s21 += a2 * b1;
            s22 += a2 * b2;
            s23 += a2 * b3;
            s30 += a3 * b0;
            s31 += a3 * b1;
            s32 += a3 * b2;
            s33 += a3 * b3;
          }
          context.localBarrier();
        }
        // Each item goes on with the 16 entries that it has computed.
        own[0] = s00;
        own[1] = s01;
        own[2] = s02;
        own[3] = s03;
        own[4] = s10;
        own[5] = s11;
        own[6] = s12;
        own[7] = s13;
        own[8] = s20;
        own[9] = s21;
        own[10] = s22;
        own[11] = s23;
        own[12] = s30;
        own[13] = s31;
        own[14] = s32;
        own[15] = s33;
        for (int n = 0; n < 16; n++) {
          int i = y + (n >> 2);
          int j = x + (n & 3) * lanes;
          int query = byKey == 1 ? column0 + j : row0 + i;
          int key = byKey == 1 ? row0 + i : column0 + j;
          float value = 0;
          if (query < queries && key < keys && key <= query + shift) {
            if (pass == 0) {
              value = TornadoMath.exp(own[n] * scale - logSumExp.get(sumBase + query));
            } else {
              value = weights[i * width + j] * (own[n] - means.get(meansBase + query)) * scale;
            }
          }
          weights[i * width + j] = value;
        }
      }
      context.localBarrier();

      // What the weights weigh, strip by strip.
      int weighed = (wanted + 2) % 3;
      int base = table.get(starts + weighed);
      int stride = table.get(tableStart + weighed);
      int last = TornadoMath.min(columns, end - column0);
      for (int first = 0; first < last; first += depth) {
        for (int e = item; e < columns << depthBits; e += 256) {
          int row = column0 + first + (e >> columnBits);
          int feature = slice + (e & (columns - 1));
          float value = 0;
          if (row < end && feature < head) {
            value =
                element(
                    weighed,
                    q,
                    gradOut,
                    k,
                    v,
                    qStart,
                    gradOutStart,
                    kStart,
                    vStart,
                    base + row * stride + feature);
          }
          strips[e] = value;
        }
        context.localBarrier();
        int steps = TornadoMath.min(depth, last - first);
        for (int step = 0; step < steps; step++) {
          int i = y * width + first + step;
          int j = (step << columnBits) + x;
          float a0 = weights[i];
          float a1 = weights[i + width];
          float a2 = weights[i + 2 * width];
          float a3 = weights[i + 3 * width];
          float b0 = strips[j];
          float b1 = strips[j + lanes];
          float b2 = strips[j + 2 * lanes];
          float b3 = strips[j + 3 * lanes];
          g00 += a0 * b0;
          g01 += a0 * b1;
          g02 += a0 * b2;
          g03 += a0 * b3;
          g10 += a1 * b0;
          g11 += a1 * b1;
          g12 += a1 * b2;
          g13 += a1 * b3;
          g20 += a2 * b0;
          g21 += a2 * b1;
          g22 += a2 * b2;
          g23 += a2 * b3;
          g30 += a3 * b0;
          g31 += a3 * b1;
          g32 += a3 * b2;
          g33 += a3 * b3;
        }
        context.localBarrier();
      }
    }

    own[0] = g00;
    own[1] = g01;
    own[2] = g02;
    own[3] = g03;
    own[4] = g10;
    own[5] = g11;
    own[6] = g12;
    own[7] = g13;
    own[8] = g20;
    own[9] = g21;
    own[10] = g22;
    own[11] = g23;
    own[12] = g30;
    own[13] = g31;
    own[14] = g32;
    own[15] = g33;
    int to = table.get(starts + 5 + wanted);
    int toRow = table.get(tableStart + 5 + wanted);
    for (int n = 0; n < 16; n++) {
      int row = row0 + y + (n >> 2);
      int feature = slice + x + (n & 3) * lanes;
      if (row < length && feature < head) {
        int index = to + row * toRow + feature;
        if (wanted == 0) {
          gradQ.set(gradQStart + index, own[n]);
        } else if (wanted == 1) {
          gradK.set(gradKStart + index, own[n]);
        } else {
          gradV.set(gradVStart + index, own[n]);
        }
      }
    }
  }

  /** An element of the operand of the given number in the table. */
  public static float element(
      int operand,
      FloatArray q,
      FloatArray gradOut,
      FloatArray k,
      FloatArray v,
      int qStart,
      int gradOutStart,
      int kStart,
      int vStart,
      int index) {
    if (operand == 0) {
      return q.get(qStart + index);
    }
    if (operand == 1) {
      return gradOut.get(gradOutStart + index);
    }
    if (operand == 2) {
      return k.get(kStart + index);
    }
    return v.get(vStart + index);
  }
}
