/**
 * A page on which a person plays a learned world, and the small web server behind it.
 *
 * <p>The server knows the world only as {@link dev.simoom.models.play.PlayableWorld}.
 */
@NullMarked
package dev.simoom.models.play;

import org.jspecify.annotations.NullMarked;
