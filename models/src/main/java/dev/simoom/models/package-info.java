/** Placeholder. */
package dev.simoom.models;
