/** Placeholder. */
package dev.simoom.nn;
