/**
 * Tensors in files of the safetensors format: read through memory maps, written atomically.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
package dev.simoom.tensor.safetensors;
