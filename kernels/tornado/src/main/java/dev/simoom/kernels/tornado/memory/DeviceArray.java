package dev.simoom.kernels.tornado.memory;

import dev.simoom.kernels.tornado.task.ArrayRef;

/**
 * An array in device memory and what it is for.
 *
 * @param ref by which tasks refer to it
 * @param elements its size
 * @param role who fills it
 * @param purpose what it holds, for messages
 */
public record DeviceArray(ArrayRef ref, int elements, Role role, String purpose) {
  /** Who fills an array and how often. */
  public enum Role {
    /** Tasks alone. */
    INTERMEDIATE,
    /** The host, before each run. */
    TRAVELLING,
    /** The host whenever it has newer content, and tasks. */
    STATE,
    /** The host, once. */
    CONSTANT,
    /** Tasks, for the host to read after each run. */
    REPORT
  }

  /** Its size in bytes. */
  public long bytes() {
    return (long) elements * ref.type().bytes();
  }
}
