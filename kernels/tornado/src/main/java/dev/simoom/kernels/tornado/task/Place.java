package dev.simoom.kernels.tornado.task;

/**
 * Where data lies on the device.
 *
 * @param array the array
 * @param offset first element in it
 */
public record Place(ArrayRef array, int offset) {}
