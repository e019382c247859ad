/**
 * A decoder-only transformer language model: training, evaluation and the activations inside it.
 */
@NullMarked
package dev.simoom.models.lm;

import org.jspecify.annotations.NullMarked;
