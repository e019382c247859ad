package dev.simoom.models.sae;

import dev.simoom.tensor.Tensor;

/**
 * The latents that are kept for each row.
 *
 * @param values F32 [..., k], in descending order, 0 where fewer than k are positive
 * @param indices the latents they belong to, I32 [..., k]
 */
public record SparseCode(Tensor values, Tensor indices) {

  /**
   * The part of it that belongs to the first latents of the dictionary, with zeros for the others:
   * what a {@link Sparsity.Matryoshka} can be decoded from too.
   *
   * @param latents how many latents count
   */
  public SparseCode prefix(int latents) {
    return new SparseCode(Tensor.where(indices.lt(latents), values, Tensor.scalar(0)), indices);
  }
}
