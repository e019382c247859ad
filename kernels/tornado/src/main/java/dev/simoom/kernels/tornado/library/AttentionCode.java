package dev.simoom.kernels.tornado.library;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Device code of attention: a group of 256 items takes a block of queries and goes through the keys
 * in blocks, with the streaming softmax of Milakov and Gimelshein (arXiv 1805.02867).
 *
 * <p>A block of scores always has 4096 entries, {@code rows} queries by {@code columns} keys, and a
 * block of the output has as many: {@code rows} queries by {@code columns} features. An item
 * computes 4 x 4 of both, four neighbouring rows and every {@code columns / 4}th column. So large
 * heads have few queries in a block and small ones many, with the same work for each item.
 */
public final class AttentionCode {
  private AttentionCode() {}

  /**
   * Attention with the logarithm of each query's sum of exponentials.
   *
   * @param starts of each attention: where Q, K, V and the output start
   * @param causal 1 if queries see no later keys
   * @param columnBits binary logarithm of the columns of a block
   * @param depthBits binary logarithm of the features, or keys, that are brought to local memory at
   *     a time
   * @param slices blocks of the output side by side that cover the head
   */
  public static void attention(
      KernelContext context,
      FloatArray q,
      FloatArray k,
      FloatArray v,
      FloatArray out,
      FloatArray logSumExp,
      IntArray starts,
      int qStart,
      int kStart,
      int vStart,
      int outStart,
      int sumStart,
      int startsStart,
      int queries,
      int keys,
      int head,
      int causal,
      float scale,
      int qRow,
      int kRow,
      int vRow,
      int outRow,
      int columnBits,
      int depthBits,
      int slices) {
    float[] scores = context.allocateFloatLocalArray(4224);
    float[] strips = context.allocateFloatLocalArray(2688);
    float[] partial = context.allocateFloatLocalArray(256);
    float[] highest = context.allocateFloatLocalArray(128);
    float[] total = context.allocateFloatLocalArray(128);
    float[] factor = context.allocateFloatLocalArray(128);
    int columns = 1 << columnBits;
    int rows = 4096 >> columnBits;
    int depth = 1 << depthBits;
    int lanes = columns >> 2;
    int width = columns + 1;
    int strip = stripWidth(rows + columns, depthBits);
    int blocks = (queries + rows - 1) / rows;

    int item = context.localIdx;
    int group = context.groupIdx;
    int slice = group % slices * columns;
    group = group / slices;
    // The last blocks of causal attention see the most keys, so they come first.
    int row0 = (blocks - 1 - group % blocks) * rows;
    int batch = group / blocks;
    int qBase = qStart + starts.get(startsStart + 4 * batch);
    int kBase = kStart + starts.get(startsStart + 4 * batch + 1);
    int vBase = vStart + starts.get(startsStart + 4 * batch + 2);
    int outBase = outStart + starts.get(startsStart + 4 * batch + 3);
    int end = seen(TornadoMath.min(row0 + rows, queries) - 1, queries, keys, causal);

    int x = item & (lanes - 1);
    int y = item >> (columnBits - 2) << 2;
    int pieces = columns >> 4;
    int pieceRow = item >> (columnBits - 4);
    int piece = item & (pieces - 1);
    int span = columns / pieces;
    int seen0 = seen(row0 + y, queries, keys, causal);
    int seen1 = seen(row0 + y + 1, queries, keys, causal);
    int seen2 = seen(row0 + y + 2, queries, keys, causal);
    int seen3 = seen(row0 + y + 3, queries, keys, causal);
    float o00 = 0;
    float o01 = 0;
    float o02 = 0;
    float o03 = 0;
    float o10 = 0;
    float o11 = 0;
    float o12 = 0;
    float o13 = 0;
    float o20 = 0;
    float o21 = 0;
    float o22 = 0;
    float o23 = 0;
    float o30 = 0;
    float o31 = 0;
    float o32 = 0;
    float o33 = 0;
    if (item < rows) {
      highest[item] = Float.NEGATIVE_INFINITY;
      total[item] = 0;
    }
    context.localBarrier();

    for (int key0 = 0; key0 < end; key0 += columns) {
      // The block of scores, strip by strip of the features.
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
          float value = 0;
          if (feature < head) {
            if (line < rows) {
              if (row0 + line < queries) {
                value = q.get(qBase + (row0 + line) * qRow + feature);
              }
            } else {
              int key = key0 + line - rows;
              if (key < keys) {
                value = k.get(kBase + key * kRow + feature);
              }
            }
          }
          strips[(e & (depth - 1)) * strip + line] = value;
        }
        context.localBarrier();
        int steps = TornadoMath.min(depth, head - first);
        for (int step = 0; step < steps; step++) {
          int left = step * strip + y;
          int right = step * strip + rows + x;
          float a0 = strips[left];
          float a1 = strips[left + 1];
          float a2 = strips[left + 2];
          float a3 = strips[left + 3];
          float b0 = strips[right];
          float b1 = strips[right + lanes];
          float b2 = strips[right + 2 * lanes];
          float b3 = strips[right + 3 * lanes];
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
      int corner = y * width + x;
      int key = key0 + x;
      scores[corner] = visible(s00 * scale, key, seen0);
      scores[corner + lanes] = visible(s01 * scale, key + lanes, seen0);
      scores[corner + 2 * lanes] = visible(s02 * scale, key + 2 * lanes, seen0);
      scores[corner + 3 * lanes] = visible(s03 * scale, key + 3 * lanes, seen0);
      corner += width;
      scores[corner] = visible(s10 * scale, key, seen1);
      scores[corner + lanes] = visible(s11 * scale, key + lanes, seen1);
      scores[corner + 2 * lanes] = visible(s12 * scale, key + 2 * lanes, seen1);
      scores[corner + 3 * lanes] = visible(s13 * scale, key + 3 * lanes, seen1);
      corner += width;
      scores[corner] = visible(s20 * scale, key, seen2);
      scores[corner + lanes] = visible(s21 * scale, key + lanes, seen2);
      scores[corner + 2 * lanes] = visible(s22 * scale, key + 2 * lanes, seen2);
      scores[corner + 3 * lanes] = visible(s23 * scale, key + 3 * lanes, seen2);
      corner += width;
      scores[corner] = visible(s30 * scale, key, seen3);
      scores[corner + lanes] = visible(s31 * scale, key + lanes, seen3);
      scores[corner + 2 * lanes] = visible(s32 * scale, key + 2 * lanes, seen3);
      scores[corner + 3 * lanes] = visible(s33 * scale, key + 3 * lanes, seen3);
      context.localBarrier();

      // Softmax so far: 16 scores of a row for each item.
      int from = pieceRow * width + piece * span;
      float top = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < span; j++) {
        float score = scores[from + j];
        top = score > top ? score : top;
      }
      partial[item] = top;
      context.localBarrier();
      float before = highest[pieceRow];
      top = before;
      for (int p = 0; p < pieces; p++) {
        float score = partial[item - piece + p];
        top = score > top ? score : top;
      }
      float sum = 0;
      for (int j = 0; j < span; j++) {
        float weight = weight(scores[from + j], top);
        scores[from + j] = weight;
        sum += weight;
      }
      context.localBarrier();
      partial[item] = sum;
      if (piece == 0) {
        highest[pieceRow] = top;
        factor[pieceRow] = top == before ? 1 : TornadoMath.exp(before - top);
      }
      context.localBarrier();
      if (piece == 0) {
        sum = total[pieceRow] * factor[pieceRow];
        for (int p = 0; p < pieces; p++) {
          sum += partial[item + p];
        }
        total[pieceRow] = sum;
      }
      float f0 = factor[y];
      float f1 = factor[y + 1];
      float f2 = factor[y + 2];
      float f3 = factor[y + 3];
      o00 *= f0;
      o01 *= f0;
      o02 *= f0;
      o03 *= f0;
      o10 *= f1;
      o11 *= f1;
      o12 *= f1;
      o13 *= f1;
      o20 *= f2;
      o21 *= f2;
      o22 *= f2;
      o23 *= f2;
      o30 *= f3;
      o31 *= f3;
      o32 *= f3;
      o33 *= f3;

      // The weighted sum of the values, strip by strip of the keys.
      int last = TornadoMath.min(columns, end - key0);
      for (int first = 0; first < last; first += depth) {
        for (int e = item; e < columns << depthBits; e += 256) {
          int row = key0 + first + (e >> columnBits);
          int feature = slice + (e & (columns - 1));
          float value = 0;
          if (row < end && feature < head) {
            value = v.get(vBase + row * vRow + feature);
          }
          strips[e] = value;
        }
        context.localBarrier();
        int steps = TornadoMath.min(depth, last - first);
        for (int step = 0; step < steps; step++) {
          int left = y * width + first + step;
          int right = (step << columnBits) + x;
          float a0 = scores[left];
          float a1 = scores[left + width];
          float a2 = scores[left + 2 * width];
          float a3 = scores[left + 3 * width];
          float b0 = strips[right];
          float b1 = strips[right + lanes];
          float b2 = strips[right + 2 * lanes];
          float b3 = strips[right + 3 * lanes];
          o00 += a0 * b0;
          o01 += a0 * b1;
          o02 += a0 * b2;
          o03 += a0 * b3;
          o10 += a1 * b0;
          o11 += a1 * b1;
          o12 += a1 * b2;
          o13 += a1 * b3;
          o20 += a2 * b0;
          o21 += a2 * b1;
          o22 += a2 * b2;
          o23 += a2 * b3;
          o30 += a3 * b0;
          o31 += a3 * b1;
          o32 += a3 * b2;
          o33 += a3 * b3;
        }
        context.localBarrier();
      }
    }

    int row = row0 + y;
    int feature = slice + x;
    float n0 = seen0 > 0 ? 1 / total[y] : 0;
    float n1 = seen1 > 0 ? 1 / total[y + 1] : 0;
    float n2 = seen2 > 0 ? 1 / total[y + 2] : 0;
    float n3 = seen3 > 0 ? 1 / total[y + 3] : 0;
    int to = outBase + row * outRow;
    put(out, to, feature, o00 * n0, row < queries ? head : 0);
    put(out, to, feature + lanes, o01 * n0, row < queries ? head : 0);
    put(out, to, feature + 2 * lanes, o02 * n0, row < queries ? head : 0);
    put(out, to, feature + 3 * lanes, o03 * n0, row < queries ? head : 0);
    to += outRow;
    put(out, to, feature, o10 * n1, row + 1 < queries ? head : 0);
    put(out, to, feature + lanes, o11 * n1, row + 1 < queries ? head : 0);
    put(out, to, feature + 2 * lanes, o12 * n1, row + 1 < queries ? head : 0);
    put(out, to, feature + 3 * lanes, o13 * n1, row + 1 < queries ? head : 0);
    to += outRow;
    put(out, to, feature, o20 * n2, row + 2 < queries ? head : 0);
    put(out, to, feature + lanes, o21 * n2, row + 2 < queries ? head : 0);
    put(out, to, feature + 2 * lanes, o22 * n2, row + 2 < queries ? head : 0);
    put(out, to, feature + 3 * lanes, o23 * n2, row + 2 < queries ? head : 0);
    to += outRow;
    put(out, to, feature, o30 * n3, row + 3 < queries ? head : 0);
    put(out, to, feature + lanes, o31 * n3, row + 3 < queries ? head : 0);
    put(out, to, feature + 2 * lanes, o32 * n3, row + 3 < queries ? head : 0);
    put(out, to, feature + 3 * lanes, o33 * n3, row + 3 < queries ? head : 0);
    if (slice == 0 && item < rows && row0 + item < queries) {
      logSumExp.set(
          sumStart + batch * queries + row0 + item, highest[item] + TornadoMath.log(total[item]));
    }
  }

  /**
   * Distance of the features of a strip of rows and columns: such that neighbouring features and
   * lines, which neighbouring items write, lie in different banks of local memory.
   */
  public static int stripWidth(int lines, int depthBits) {
    return lines + (((32 >> depthBits) - lines) & 31);
  }

  /** Number of keys that a query sees. */
  public static int seen(int query, int queries, int keys, int causal) {
    int limit = TornadoMath.max(0, TornadoMath.min(query + keys - queries + 1, keys));
    return causal == 1 ? limit : keys;
  }

  /** A score, or negative infinity beyond the keys that are seen. */
  public static float visible(float score, int key, int seen) {
    return key < seen ? score : Float.NEGATIVE_INFINITY;
  }

  /** The exponential of a score less the highest one. */
  public static float weight(float score, float highest) {
    return score == Float.NEGATIVE_INFINITY ? 0 : TornadoMath.exp(score - highest);
  }

  /** Writes a feature if there is one of that number. */
  public static void put(FloatArray array, int start, int feature, float value, int features) {
    if (feature < features) {
      array.set(start + feature, value);
    }
  }
}
