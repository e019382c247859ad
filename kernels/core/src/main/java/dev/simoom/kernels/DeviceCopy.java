package dev.simoom.kernels;

import java.lang.foreign.MemorySegment;

/** The content of a buffer in the memory of a device. */
public interface DeviceCopy {
  /**
   * Brings the content to the host.
   *
   * @param target the memory of the buffer
   */
  void fetch(MemorySegment target);
}
