package dev.simoom.nn;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.Tensor;

/** Losses, each one number: the mean over positions or elements. */
public final class Losses {
  private Losses() {}

  /**
   * The mean negative log-likelihood of the targets, in nats: {@code mean(logSumExp(logits) -
   * logits[target])}.
   *
   * @param logits F32 [..., classes]
   * @param targets I32 [...], classes counted from 0; one that is none makes the loss NaN
   * @return F32 scalar
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    return crossEntropyEach(logits, targets, 0).mean();
  }

  /**
   * The mean cross-entropy towards {@code (1 - s)} of the target and {@code s} of the uniform
   * distribution (Szegedy et al., arXiv 1512.00567).
   *
   * @param logits F32 [..., classes]
   * @param targets I32 [...]
   * @param labelSmoothing s, in [0, 1)
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets, double labelSmoothing) {
    return crossEntropyEach(logits, targets, labelSmoothing).mean();
  }

  /**
   * The mean cross-entropy over the positions whose target is not a given one, such as that of
   * padding; 0 where there is none.
   *
   * @param logits F32 [..., classes]
   * @param targets I32 [...]
   * @param labelSmoothing share of the uniform distribution, in [0, 1)
   * @param ignoredTarget need not be a class
   */
  public static Tensor crossEntropyIgnoring(
      Tensor logits, Tensor targets, double labelSmoothing, int ignoredTarget) {
    Tensor each = crossEntropyEach(logits, targets, labelSmoothing);
    Tensor counts = targets.ne(Tensor.full(Shape.SCALAR, DType.I32, ignoredTarget));
    Tensor sum = Tensor.where(counts, each, Tensor.scalar(0)).sum();
    return sum.div(counts.cast(DType.F32).sum().maximum(Tensor.scalar(1)));
  }

  /**
   * The cross-entropy of each position, in nats.
   *
   * @param logits F32 [..., classes]
   * @param targets I32 [...], classes counted from 0; one that is none gives NaN
   * @param labelSmoothing share of the uniform distribution, in [0, 1)
   * @return F32 [...]
   * @throws IllegalArgumentException if shapes or types are not these, or the share is none
   */
  public static Tensor crossEntropyEach(Tensor logits, Tensor targets, double labelSmoothing) {
    if (logits.rank() < 1
        || logits.dtype() != DType.F32
        || targets.dtype() != DType.I32
        || !targets.shape().equals(logits.shape().leading(logits.rank() - 1))) {
      throw bad(
          "crossEntropy",
          "F32 logits [..., classes] and I32 targets [...] are needed",
          logits,
          targets);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "crossEntropy: label smoothing must be in [0, 1); got " + labelSmoothing);
    }
    // The target's logit is picked by comparing class numbers inside the row, not by a gather: so
    // the
    // whole loss is one kernel over rows, and its gradient another, without one-hot rows in memory.
    Tensor shifted = logits.sub(logits.maxKeep(-1).stopGradient());
    Tensor logSumExp = shifted.exp().sum(-1).log();
    Tensor isTarget = Tensor.iota(logits.shape(), -1).eq(targets.unsqueeze(-1));
    Tensor picked = Tensor.where(isTarget, shifted, Tensor.scalar(0)).sum(-1);
    Tensor expected =
        labelSmoothing == 0
            ? picked
            : picked.mul(1 - labelSmoothing).add(shifted.mean(-1).mul(labelSmoothing));
    Tensor isClass = targets.ge(0).and(targets.lt(logits.shape().extent(-1)));
    return Tensor.where(isClass, logSumExp.sub(expected), Tensor.scalar(Double.NaN));
  }

  /**
   * The mean over all elements of {@code (prediction - target)^2}.
   *
   * @param prediction F32 [...]
   * @param target of the same shape; nothing is broadcast
   */
  public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
    requireSame("meanSquaredError", prediction, target);
    return prediction.sub(target).square().mean();
  }

  /**
   * The mean over all elements of {@code -(t log p + (1 - t) log(1 - p))} with {@code p =
   * sigmoid(logit)}, without overflow.
   *
   * @param logits F32 [...]
   * @param targets t, probabilities of the same shape, F32
   */
  public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor targets) {
    requireSame("binaryCrossEntropyWithLogits", logits, targets);
    return logits.softplus().sub(logits.mul(targets)).mean();
  }

  /**
   * The Kullback-Leibler divergence KL(p || q) of softmax distributions, in nats: the mean over
   * positions of {@code sum(p (log p - log q))}.
   *
   * @param pLogits F32 [..., classes], the distribution that is approximated
   * @param qLogits of the same shape, the approximation
   */
  public static Tensor klDivergence(Tensor pLogits, Tensor qLogits) {
    requireSame("klDivergence", pLogits, qLogits);
    if (pLogits.rank() < 1) {
      throw bad("klDivergence", "logits [..., classes] are needed", pLogits, qLogits);
    }
    Tensor logP = pLogits.logSoftmax(-1);
    return logP.exp().mul(logP.sub(qLogits.logSoftmax(-1))).sum(-1).mean();
  }

  private static void requireSame(String loss, Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape()) || a.dtype() != DType.F32 || b.dtype() != DType.F32) {
      throw bad(loss, "F32 operands of one shape are needed", a, b);
    }
  }

  private static IllegalArgumentException bad(String loss, String complaint, Tensor a, Tensor b) {
    return new IllegalArgumentException(
        loss + ": " + complaint + "; got " + a.dtype() + a.shape() + ", " + b.dtype() + b.shape());
  }
}
