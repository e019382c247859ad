/** The CPU backend: kernels in the Vector API, on a fixed set of threads. */
@NullMarked
package dev.simoom.kernels.simd;

import org.jspecify.annotations.NullMarked;
