package dev.simoom.bench.ladder;

import dev.simoom.kernels.Buffer;

/**
 * The operands of scaled dot-product attention, {@code softmax(scale Q K^T) V} for each head, all
 * dense over [heads, time, size].
 *
 * @param heads independent attentions
 * @param time number of queries, and of keys and values
 * @param size features of each
 * @param causal whether query i sees keys j with {@code j <= i} only
 * @param q queries
 * @param k keys
 * @param v values
 * @param out result
 */
record Heads(
    int heads, int time, int size, boolean causal, Buffer q, Buffer k, Buffer v, Buffer out)
    implements AutoCloseable {

  /** Attention on numbers in [-1, 1) that look random. */
  static Heads of(int heads, int time, int size, boolean causal) {
    long count = (long) heads * time * size;
    return new Heads(
        heads,
        time,
        size,
        causal,
        Operands.random("Q", 1, count),
        Operands.random("K", 2, count),
        Operands.random("V", 3, count),
        Buffer.allocate("attention", count * Float.BYTES));
  }

  /** Factor of the scores. */
  float scale() {
    return (float) (1 / Math.sqrt(size));
  }

  /** How many keys a query sees. */
  int visible(int query) {
    return causal ? query + 1 : time;
  }

  /** Bytes from one row of an operand to the next. */
  long row() {
    return (long) size * Float.BYTES;
  }

  /** Place of a row in an operand. */
  long at(int head, int position) {
    return ((long) head * time + position) * row();
  }

  /** Multiplications and additions of the two products, where a query sees a key. */
  double flops() {
    double pairs = causal ? time * (time + 1.0) / 2 : (double) time * time;
    return 4 * pairs * heads * size;
  }

  @Override
  public void close() {
    q.close();
    k.close();
    v.close();
    out.close();
  }
}
