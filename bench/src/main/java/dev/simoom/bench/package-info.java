/** Placeholder. */
package dev.simoom.bench;
