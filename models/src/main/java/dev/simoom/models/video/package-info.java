/**
 * Short videos as arrays of pixels: reading a user's own frames, GIFs and arrays, writing GIFs, and
 * measures of how much two pictures differ.
 */
@NullMarked
package dev.simoom.models.video;

import org.jspecify.annotations.NullMarked;
