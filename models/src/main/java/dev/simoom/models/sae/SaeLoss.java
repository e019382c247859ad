package dev.simoom.models.sae;

import dev.simoom.tensor.Tensor;

/**
 * The losses of one batch and what they were made of, as {@link SaeBatch} computes them.
 *
 * @param total what is minimised, a scalar
 * @param reconstruction mean squared error in units of the sample's variance, a scalar
 * @param auxiliary loss of the dead latents' reconstruction of the residual, 0 where none is dead
 * @param active mean number of positive latents per row, a scalar
 * @param silence rows since each latent last fired, this batch included, I32 [latents]
 * @param dead how many latents are dead after this batch, an I32 scalar
 * @param endangered how many would be dead after one more batch without firing, an I32 scalar
 * @param least the least positive value kept of the batch where that is selected as a whole,
 *     infinity if there is none; otherwise 0; a scalar
 */
record SaeLoss(
    Tensor total,
    Tensor reconstruction,
    Tensor auxiliary,
    Tensor active,
    Tensor silence,
    Tensor dead,
    Tensor endangered,
    Tensor least) {

  /** The same with another least value. */
  SaeLoss withLeast(Tensor other) {
    return new SaeLoss(total, reconstruction, auxiliary, active, silence, dead, endangered, other);
  }
}
