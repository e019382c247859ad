package dev.simoom.kernels.tornado.emulator;

/**
 * What the last execution took: times in nanoseconds, amounts in bytes.
 *
 * @param totalTime from its start to its end
 * @param compileTime of compiling
 * @param deviceWriteTime of copies to the device
 * @param deviceReadTime of copies to the host
 * @param deviceKernelTime of kernels
 * @param totalBytesCopyIn copied to the device
 * @param totalBytesCopyOut copied to the host
 * @param totalDeviceMemoryUsage of the arrays on the device
 */
public record Profile(
    long totalTime,
    long compileTime,
    long deviceWriteTime,
    long deviceReadTime,
    long deviceKernelTime,
    long totalBytesCopyIn,
    long totalBytesCopyOut,
    long totalDeviceMemoryUsage) {}
