/**
 * Reads models in files of the GGUF format, versions 2 and 3, through memory maps.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
@NullMarked
package dev.simoom.tensor.gguf;

import org.jspecify.annotations.NullMarked;
