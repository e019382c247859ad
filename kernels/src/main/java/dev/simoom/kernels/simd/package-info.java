/** The CPU backend: kernels in the Vector API, on a fixed set of threads. */
package dev.simoom.kernels.simd;
