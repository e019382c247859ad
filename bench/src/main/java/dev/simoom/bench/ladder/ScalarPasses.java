package dev.simoom.bench.ladder;

import static dev.simoom.bench.ladder.Lanes.FLOAT;

import java.lang.foreign.MemorySegment;

/** The three passes of attention, one number at a time. */
final class ScalarPasses implements MaterialisedAttention.Passes {
  @Override
  public void scores(Heads x, int head, int query, MemorySegment scores, long row) {
    MemorySegment q = x.q().segment();
    MemorySegment k = x.k().segment();
    long from = x.at(head, query);
    int size = x.size();
    float scale = x.scale();
    int n = x.visible(query);
    for (int key = 0; key < n; key++) {
      long other = x.at(head, key);
      float sum = 0;
      for (int d = 0; d < size; d++) {
        sum += q.get(FLOAT, from + 4L * d) * k.get(FLOAT, other + 4L * d);
      }
      scores.set(FLOAT, row + 4L * key, scale * sum);
    }
  }

  @Override
  public void softmax(MemorySegment scores, long row, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int key = 0; key < n; key++) {
      max = Math.max(max, scores.get(FLOAT, row + 4L * key));
    }
    float sum = 0;
    for (int key = 0; key < n; key++) {
      float y = (float) Math.exp(scores.get(FLOAT, row + 4L * key) - max);
      scores.set(FLOAT, row + 4L * key, y);
      sum += y;
    }
    for (int key = 0; key < n; key++) {
      scores.set(FLOAT, row + 4L * key, scores.get(FLOAT, row + 4L * key) / sum);
    }
  }

  @Override
  public void values(Heads x, int head, int query, MemorySegment weights, long row) {
    MemorySegment v = x.v().segment();
    MemorySegment out = x.out().segment();
    long to = x.at(head, query);
    long from = x.at(head, 0);
    int size = x.size();
    int n = x.visible(query);
    for (int d = 0; d < size; d++) {
      float sum = 0;
      for (int key = 0; key < n; key++) {
        long value = from + 4L * ((long) key * size + d);
        sum += weights.get(FLOAT, row + 4L * key) * v.get(FLOAT, value);
      }
      out.set(FLOAT, to + 4L * d, sum);
    }
  }
}
