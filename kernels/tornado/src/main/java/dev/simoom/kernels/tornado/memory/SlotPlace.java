package dev.simoom.kernels.tornado.memory;

/**
 * Where a slot that has a buffer on the host lies on the device.
 *
 * @param slot its number
 * @param array the array it lies in
 * @param offset bytes from the start of the array
 * @param bytes how much of the buffer is used
 * @param needsContent whether the host's content is needed
 * @param writes whether tasks write it
 */
public record SlotPlace(
    int slot, DeviceArray array, long offset, long bytes, boolean needsContent, boolean writes) {}
