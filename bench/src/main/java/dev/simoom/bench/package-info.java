/** Benchmarks: JMH suites over kernels, tensors and whole training steps. */
package dev.simoom.bench;
