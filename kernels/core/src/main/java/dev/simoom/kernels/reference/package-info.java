/**
 * The oracle: every kernel in plain scalar Java with double accumulation, slow and obviously right.
 */
@NullMarked
package dev.simoom.kernels.reference;

import org.jspecify.annotations.NullMarked;
