/**
 * Text for language models: gathering documents, byte-level byte-pair encoding, batches of token
 * windows, and a byte n-gram model as a baseline.
 */
package dev.simoom.models.text;
