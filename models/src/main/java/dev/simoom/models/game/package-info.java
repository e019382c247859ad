/**
 * A small platform game whose recordings train a world model, as in "Genie: Generative Interactive
 * Environments" (Bruce and others, arXiv 2402.15391).
 *
 * <p>A {@link dev.simoom.models.game.PlatformGame} makes frames, a {@link
 * dev.simoom.models.game.Recording} is what a random player saw of one, and {@link
 * dev.simoom.models.game.CharacterFinder} looks for the character in frames, also in those that a
 * model made up.
 */
@NullMarked
package dev.simoom.models.game;

import org.jspecify.annotations.NullMarked;
