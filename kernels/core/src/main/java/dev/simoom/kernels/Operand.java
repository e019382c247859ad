package dev.simoom.kernels;

/**
 * A place in memory that is known when a launch list runs: an offset in one of its slots.
 *
 * @param slot index into the buffers given to {@link Executable#run}
 * @param offset bytes from the start of that buffer
 */
public record Operand(int slot, long offset) {
  /** Whether so many bytes here and so many at another place share any. */
  public boolean overlaps(long bytes, Operand other, long otherBytes) {
    return other.slot == slot
        && other.offset < offset + bytes
        && offset < other.offset + otherBytes;
  }
}
