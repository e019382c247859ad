package dev.simoom.bench.ladder;

import dev.simoom.kernels.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * Attention as its formula reads: all scores, [heads, time, time] in memory, then softmax of each
 * row, then the product with the values, each a pass over the scores.
 */
final class MaterialisedAttention implements Method {
  /** What is done with a row, in scalar code or in vectors. */
  interface Passes {
    /** Writes the scores of a query with the keys that it sees. */
    void scores(Heads x, int head, int query, MemorySegment scores, long row);

    /** Turns a row of scores into weights that add up to 1. */
    void softmax(MemorySegment scores, long row, int n);

    /** Writes the sum of the values of those keys, each times its weight. */
    void values(Heads x, int head, int query, MemorySegment weights, long row);
  }

  private final Heads x;
  private final Passes passes;
  private final Buffer scores;

  MaterialisedAttention(Heads x, Passes passes) {
    this.x = x;
    this.passes = passes;
    scores = Buffer.allocate("scores", 4L * x.heads() * x.time() * x.time());
  }

  @Override
  public void run() {
    MemorySegment all = scores.segment();
    for (int head = 0; head < x.heads(); head++) {
      for (int query = 0; query < x.time(); query++) {
        passes.scores(x, head, query, all, row(head, query));
      }
    }
    for (int head = 0; head < x.heads(); head++) {
      for (int query = 0; query < x.time(); query++) {
        passes.softmax(all, row(head, query), x.visible(query));
      }
    }
    for (int head = 0; head < x.heads(); head++) {
      for (int query = 0; query < x.time(); query++) {
        passes.values(x, head, query, all, row(head, query));
      }
    }
  }

  private long row(int head, int query) {
    return 4L * ((long) head * x.time() + query) * x.time();
  }

  @Override
  public void close() {
    scores.close();
  }
}
