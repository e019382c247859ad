package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * Scaled dot-product attention, {@code softmax(scale Q K^T) V}, without the matrix of scores ever
 * in memory.
 *
 * <p>Every operand is given by strides over [batch..., time, feature] with feature stride 1, so
 * that attention along any axis of a larger array needs no copy; heads are one of the batch
 * dimensions. With {@code causal}, query i sees keys j with {@code j <= i + keyLength -
 * queryLength}. Operands: Q, K, V, then the output and, for the gradient, the logarithm of each
 * query's sum of exponentials (of the scaled scores), dense over [batch..., queryLength]. A query
 * that sees no key gives 0 and negative infinity.
 *
 * <p>The streaming form of softmax follows Milakov and Gimelshein (arXiv 1805.02867), the tiling
 * Dao et al. (arXiv 2205.14135).
 *
 * @param batch extents of the batch dimensions
 * @param queryLength number of queries
 * @param keyLength number of keys and values
 * @param headSize number of features
 * @param causal whether a query sees no later keys
 * @param scale factor of the scores
 * @param q layout of the queries, F32
 * @param k layout of the keys, F32
 * @param v layout of the values, F32
 * @param out layout of the output, F32
 */
public record Attention(
    List<Long> batch,
    long queryLength,
    long keyLength,
    long headSize,
    boolean causal,
    float scale,
    Strided q,
    Strided k,
    Strided v,
    Strided out)
    implements Kernel {

  /**
   * Checks the layouts.
   *
   * @throws IllegalArgumentException if a layout has not the dimensions of the batch and two more,
   *     or its last one is not contiguous, or it is not F32
   */
  public Attention {
    batch = List.copyOf(batch);
    for (Strided operand : List.of(q, k, v, out)) {
      if (operand.strides().size() != batch.size() + 2
          || (operand.strides().getLast() != 1 && headSize > 1)
          || operand.type() != DType.F32) {
        throw new IllegalArgumentException(
            "attention: "
                + operand
                + " is not F32 over [batch..., time, feature] with feature stride 1");
      }
    }
  }

  /** Product of the batch extents: the number of independent attentions. */
  public long batchCount() {
    return batch.stream().reduce(1L, Math::multiplyExact);
  }

  List<Long> extents(long length) {
    List<Long> extents = new ArrayList<>(batch);
    extents.add(length);
    extents.add(headSize);
    return extents;
  }

  /** Pairs of query and key that see each other, over the whole batch. */
  long pairs() {
    long pairs = 0;
    for (long i = 0; i < queryLength && causal; i++) {
      pairs += Math.clamp(i + keyLength - queryLength + 1, 0L, keyLength);
    }
    return batchCount() * (causal ? pairs : queryLength * keyLength);
  }

  @Override
  public String name() {
    return "attention "
        + batchCount()
        + " x "
        + queryLength
        + "x"
        + keyLength
        + "x"
        + headSize
        + (causal ? " causal" : "");
  }

  @Override
  public List<Port> ports() {
    return List.of(
        Port.input("Q", DType.F32, q.reach(extents(queryLength))),
        Port.input("K", DType.F32, k.reach(extents(keyLength))),
        Port.input("V", DType.F32, v.reach(extents(keyLength))),
        Port.output("out", DType.F32, out.reach(extents(queryLength))),
        Port.output("logSumExp", DType.F32, batchCount() * queryLength));
  }

  @Override
  public long flops() {
    return 4 * pairs() * headSize;
  }
}
