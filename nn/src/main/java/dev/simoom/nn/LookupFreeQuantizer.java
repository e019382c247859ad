package dev.simoom.nn;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;
import dev.simoom.tensor.Variable;
import java.util.Collections;
import java.util.SequencedMap;

/**
 * Takes the sign of each feature; a code is a row of signs (Yu et al., arXiv 2310.05737).
 *
 * <p>The loss draws features to their signs, each vector to one code and all vectors together to
 * different ones: {@code commitment mean((x - sign)^2) + entropy (mean H(p(code | x)) - H(mean
 * p))}, with {@code p} the softmax of {@code -temperature |x - code|^2}.
 *
 * @param width features, so that there are {@code 2^width} codes; 16 at most
 * @param commitment weight of the commitment, 0.25 in most work
 * @param entropy weight of the entropies, 0.1 in the paper's first stage
 * @param temperature how sharply a vector chooses, an inverse temperature
 */
public record LookupFreeQuantizer(int width, double commitment, double entropy, double temperature)
    implements Quantizer {
  private static final int MOST = 16;

  /**
   * A quantizer of given weights.
   *
   * @throws IllegalArgumentException if there were more codes than it can weigh
   */
  public LookupFreeQuantizer {
    if (width < 1 || width > MOST) {
      throw new IllegalArgumentException(
          "LookupFreeQuantizer: 1 to " + MOST + " features are needed; got " + width);
    }
  }

  @Override
  public int codes() {
    return 1 << width;
  }

  @Override
  public Quantized quantize(Tensor x) {
    Checks.features("LookupFreeQuantizer", x, 1, width);
    Tensor positive = x.stopGradient().gt(0);
    Tensor signs = Tensor.where(positive, Tensor.scalar(1), Tensor.scalar(-1));
    Tensor indices = digits().numbers(positive.cast(DType.I32));
    Tensor loss = x.sub(signs).square().mean().mul(commitment).add(entropies(x).mul(entropy));
    return new Quantized(signs.straightThrough(x), indices, loss);
  }

  private Tensor entropies(Tensor x) {
    Tensor rows = x.reshape(-1, width);
    int[] all = new int[codes()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    Tensor codes = lookup(Tensor.ofInts(Shape.of(all.length), all));
    // All codes have one length, so the distance differs by the product alone.
    Tensor logits = rows.matmul(codes.transpose()).mul(2 * temperature);
    Tensor logP = logits.logSoftmax(-1);
    Tensor p = logP.exp();
    Tensor each = p.mul(logP).sum(-1).mean().neg();
    Tensor mean = p.mean(0);
    Tensor together = mean.mul(mean.add(1e-9).log()).sum().neg();
    return each.sub(together);
  }

  @Override
  public Tensor lookup(Tensor indices) {
    return digits().of(indices).cast(DType.F32).mul(2).sub(1);
  }

  private Digits digits() {
    return new Digits(Collections.nCopies(width, 2));
  }

  /** None. */
  @Override
  public SequencedMap<String, Variable> parameters() {
    return Parameters.collect().toMap();
  }
}
