/**
 * Ladders: the same computation written ever better, rung by rung, to see what each step is worth.
 */
@NullMarked
package dev.simoom.bench.ladder;

import org.jspecify.annotations.NullMarked;
