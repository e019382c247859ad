/** Placeholder. */
package dev.simoom.optim;
