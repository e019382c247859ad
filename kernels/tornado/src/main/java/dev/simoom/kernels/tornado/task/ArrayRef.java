package dev.simoom.kernels.tornado.task;

/**
 * One array in device memory. Two references with the same number are the same array.
 *
 * @param number place among the arrays of a plan
 * @param type what its elements are
 */
public record ArrayRef(int number, ElementType type) {}
