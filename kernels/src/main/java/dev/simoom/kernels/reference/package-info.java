/**
 * The oracle: every kernel in plain scalar Java with double accumulation, slow and obviously right.
 */
package dev.simoom.kernels.reference;
