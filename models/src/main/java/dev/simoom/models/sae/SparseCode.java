package dev.simoom.models.sae;

import dev.simoom.tensor.Tensor;

/**
 * The latents that are kept for each row.
 *
 * @param values F32 [..., k], in descending order, 0 where fewer than k are positive
 * @param indices the latents they belong to, I32 [..., k]
 */
public record SparseCode(Tensor values, Tensor indices) {}
