/**
 * Text for language models: gathering documents, byte-level byte-pair encoding, our own or that of
 * a published model, batches of token windows, and a byte n-gram model as a baseline.
 */
package dev.simoom.models.text;
