/** Placeholder. */
package dev.simoom.kernels;
