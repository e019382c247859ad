package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Tensor;

/**
 * The functions of a JumpReLU autoencoder whose derivatives by the thresholds are estimated, with a
 * rectangle of some bandwidth as kernel (arXiv 2407.14435, equations 11 and 12).
 *
 * @param values {@code pre} where it is above the threshold, 0 elsewhere; the derivative by the
 *     threshold is {@code -threshold / bandwidth} where the two are closer than half the bandwidth
 * @param steps 1 where {@code pre} is above the threshold, 0 elsewhere; the derivative by the
 *     threshold is {@code -1 / bandwidth} where the two are closer than half the bandwidth, that by
 *     {@code pre} is 0
 */
record JumpGate(Tensor values, Tensor steps) {

  /**
   * Both functions.
   *
   * @param pre latents before the threshold, [..., latents]
   * @param threshold one for each latent, [latents]
   */
  static JumpGate of(Tensor pre, Tensor threshold, double bandwidth) {
    Tensor open = pre.gt(threshold).cast(DType.F32).stopGradient();
    Tensor near = pre.sub(threshold).abs().lt(bandwidth / 2).cast(DType.F32);
    Tensor slope = near.mul(-1 / bandwidth).stopGradient();
    Tensor moved = threshold.mul(slope);
    Tensor byValue = moved.mul(threshold.stopGradient()).add(pre.mul(open));
    return new JumpGate(
        values(pre, threshold).straightThrough(byValue), open.straightThrough(moved));
  }

  /** The values alone, without the estimate. */
  static Tensor values(Tensor pre, Tensor threshold) {
    return Tensor.where(pre.gt(threshold), pre, Tensor.scalar(0));
  }
}
