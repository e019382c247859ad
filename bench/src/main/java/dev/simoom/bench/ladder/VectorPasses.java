package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;

/** The three passes of attention in vectors: of features in the products, of keys in softmax. */
final class VectorPasses implements MaterialisedAttention.Passes {
  @Override
  public void scores(Heads x, int head, int query, MemorySegment scores, long row) {
    MemorySegment q = x.q().segment();
    MemorySegment k = x.k().segment();
    long from = x.at(head, query);
    float scale = x.scale();
    int n = x.visible(query);
    for (int key = 0; key < n; key++) {
      float dot = VectorRows.dot(q, from, k, x.at(head, key), x.size());
      scores.set(FLOAT, row + 4L * key, scale * dot);
    }
  }

  @Override
  public void softmax(MemorySegment scores, long row, int n) {
    float max = VectorRows.max(scores, row, n, Float.NEGATIVE_INFINITY);
    float sum = VectorRows.exponentials(scores, row, n, max);
    VectorRows.scale(scores, row, 1 / sum, scores, row, n);
  }

  @Override
  public void values(Heads x, int head, int query, MemorySegment weights, long row) {
    MemorySegment v = x.v().segment();
    MemorySegment out = x.out().segment();
    long to = x.at(head, query);
    int n = x.visible(query);
    out.asSlice(to, x.row()).fill((byte) 0);
    for (int key = 0; key < n; key++) {
      float weight = weights.get(FLOAT, row + 4L * key);
      VectorRows.addScaled(v, x.at(head, key), weight, out, to, x.size());
    }
  }
}
