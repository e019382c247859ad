/** The main job: from text to a language model to a sparse autoencoder and its report. */
@NullMarked
package dev.simoom.models.job;

import org.jspecify.annotations.NullMarked;
