/**
 * Holds backends against the reference: random cases for every kind of kernel, and the comparison
 * of what is in memory afterwards.
 */
@NullMarked
package dev.simoom.kernels.oracle;

import org.jspecify.annotations.NullMarked;
