package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import dev.simoom.kernels.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * Attention by blocks of queries and tiles of keys, with softmax as the keys come (Milakov and
 * Gimelshein, arXiv 1805.02867; Dao et al., arXiv 2205.14135): of the scores only one row of a tile
 * is ever in memory.
 *
 * <p>For each query it keeps the largest score so far and the sum of exponentials relative to it;
 * when a tile brings a larger score, sum and output so far are scaled down to it.
 */
final class TiledAttention implements Method {
  private static final int QUERIES = 32;

  /** Keys and values of a tile of 64 features take half of a first-level cache of 32 KiB. */
  private static final int KEYS = 32;

  private final Heads x;
  private final Buffer scores;
  private final Buffer maxima;
  private final Buffer sums;

  TiledAttention(Heads x) {
    this.x = x;
    scores = Buffer.allocate("a row of scores", 4L * KEYS);
    maxima = Buffer.allocate("running maxima", 4L * QUERIES);
    sums = Buffer.allocate("running sums", 4L * QUERIES);
  }

  @Override
  public void run() {
    x.out().segment().fill((byte) 0);
    for (int head = 0; head < x.heads(); head++) {
      for (int query = 0; query < x.time(); query += QUERIES) {
        block(head, query, Math.min(QUERIES, x.time() - query));
      }
    }
  }

  private void block(int head, int first, int n) {
    for (int i = 0; i < n; i++) {
      maxima.segment().set(FLOAT, 4L * i, Float.NEGATIVE_INFINITY);
      sums.segment().set(FLOAT, 4L * i, 0);
    }
    int visible = x.visible(first + n - 1);
    for (int key = 0; key < visible; key += KEYS) {
      for (int i = 0; i < n; i++) {
        int seen = Math.min(KEYS, x.visible(first + i) - key);
        if (seen > 0) {
          row(head, first + i, key, seen, 4L * i);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      long at = x.at(head, first + i);
      float factor = 1 / sums.segment().get(FLOAT, 4L * i);
      VectorRows.scale(x.out().segment(), at, factor, x.out().segment(), at, x.size());
    }
  }

  /** Lets one query see the keys of one tile. */
  private void row(int head, int query, int firstKey, int n, long state) {
    MemorySegment tile = scores.segment();
    MemorySegment q = x.q().segment();
    MemorySegment k = x.k().segment();
    MemorySegment v = x.v().segment();
    MemorySegment out = x.out().segment();
    int size = x.size();
    float scale = x.scale();
    long to = x.at(head, query);
    long keys = x.at(head, firstKey);
    for (int key = 0; key < n; key++) {
      float dot = VectorRows.dot(q, to, k, keys + key * x.row(), size);
      tile.set(FLOAT, 4L * key, scale * dot);
    }
    float before = maxima.segment().get(FLOAT, state);
    float max = VectorRows.max(tile, 0, n, before);
    float sum = VectorRows.exponentials(tile, 0, n, max);
    if (max > before) {
      float decay = (float) Math.exp(before - max);
      VectorRows.scale(out, to, decay, out, to, size);
      maxima.segment().set(FLOAT, state, max);
      sum += decay * sums.segment().get(FLOAT, state);
    } else {
      sum += sums.segment().get(FLOAT, state);
    }
    sums.segment().set(FLOAT, state, sum);
    for (int key = 0; key < n; key++) {
      float weight = tile.get(FLOAT, 4L * key);
      VectorRows.addScaled(v, keys + key * x.row(), weight, out, to, size);
    }
  }

  @Override
  public void close() {
    scores.close();
    maxima.close();
    sums.close();
  }
}
