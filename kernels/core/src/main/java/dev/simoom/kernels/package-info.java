/**
 * Buffers, kernel descriptions and the backends that run them; knows nothing of autograd.
 *
 * <p>A {@link dev.simoom.kernels.Kernel} says what is computed, a {@link dev.simoom.kernels.Launch}
 * on which memory, a {@link dev.simoom.kernels.Backend} turns a list of launches into an {@link
 * dev.simoom.kernels.Executable}.
 */
@NullMarked
package dev.simoom.kernels;

import org.jspecify.annotations.NullMarked;
