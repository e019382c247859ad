/**
 * Sparse autoencoders, above all TopK (Gao and others, "Scaling and evaluating sparse
 * autoencoders", arXiv 2406.04093), with other kinds of {@link dev.simoom.models.sae.Sparsity}
 * beside it: the model, its training, sources of activations, and what is measured on held-out
 * ones.
 *
 * <p>{@link dev.simoom.models.sae.ActivationSource} feeds a {@link
 * dev.simoom.models.sae.ShuffleBuffer}, which feeds a {@link dev.simoom.models.sae.SaeTrainer}; its
 * averaged {@link dev.simoom.models.sae.SparseAutoencoder} is what is evaluated and saved. {@link
 * dev.simoom.models.sae.format.SaeLayout} reads and writes the files of other libraries.
 */
@NullMarked
package dev.simoom.models.sae;

import org.jspecify.annotations.NullMarked;
