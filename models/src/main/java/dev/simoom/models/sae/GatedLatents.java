package dev.simoom.models.sae;

import dev.simoom.tensor.Tensor;

/**
 * The latents of a gated autoencoder (arXiv 2404.16014, equations 5 and 6).
 *
 * <pre>
 * gate = W_enc (x - b_pre) + b_enc
 * values = ReLU(exp(r) * W_enc (x - b_pre) + b_mag) where gate > 0, 0 elsewhere
 * </pre>
 *
 * @param gate what opens the gates, [..., latents]
 * @param values the latents, [..., latents]; no gradient flows through whether a gate is open
 */
record GatedLatents(Tensor gate, Tensor values) {

  /** Of normalised rows [..., width]. */
  static GatedLatents of(SparseAutoencoder sae, Tensor normalised) {
    Tensor products = sae.products(normalised);
    Tensor gate = products.add(sae.encoderBias().value());
    Tensor magnitude =
        products.mul(sae.logScale().value().exp()).add(sae.magnitudeBias().value()).relu();
    Tensor open = gate.gt(0);
    return new GatedLatents(gate, Tensor.where(open, magnitude, Tensor.scalar(0)));
  }
}
