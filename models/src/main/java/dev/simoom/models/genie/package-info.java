/**
 * Genie, a world that is learned from video alone and can be played (Bruce et al., arXiv
 * 2402.15391): a tokenizer of video, a model of the actions between frames, and a model that draws
 * the next frame's tokens.
 */
@NullMarked
package dev.simoom.models.genie;

import org.jspecify.annotations.NullMarked;
