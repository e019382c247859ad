/**
 * Autoencoders in the {@linkplain dev.simoom.models.sae.format.SaeLayout layouts} of other
 * libraries: a folder with settings in {@code cfg.json} and the weights in a safetensors file.
 */
@NullMarked
package dev.simoom.models.sae.format;

import org.jspecify.annotations.NullMarked;
