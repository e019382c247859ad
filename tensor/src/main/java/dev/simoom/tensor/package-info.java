/** Placeholder. */
package dev.simoom.tensor;
