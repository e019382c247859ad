package dev.simoom.kernels;

import java.util.List;

/** Checks, before anything runs, that every buffer is open and large enough for its operands. */
public final class LaunchCheck {
  private final long[] needed;
  private final String[] usedBy;

  /**
   * Works out what each slot must offer.
   *
   * @throws IllegalArgumentException if the place of an operand is negative or not aligned to its
   *     type
   */
  public LaunchCheck(List<Launch> launches) {
    int slots = 0;
    for (Launch launch : launches) {
      for (Operand operand : launch.operands()) {
        slots = Math.max(slots, operand.slot() + 1);
      }
    }
    needed = new long[slots];
    usedBy = new String[slots];
    for (Launch launch : launches) {
      List<Port> ports = launch.kernel().ports();
      for (int i = 0; i < ports.size(); i++) {
        Operand operand = launch.operands().get(i);
        long end = operand.offset() + ports.get(i).bytes();
        if (operand.offset() < 0 || operand.offset() % ports.get(i).type().bytes() != 0) {
          throw new IllegalArgumentException(
              launch.kernel().name()
                  + ": operand "
                  + ports.get(i).name()
                  + " at offset "
                  + operand.offset());
        }
        if (end > needed[operand.slot()] || usedBy[operand.slot()] == null) {
          needed[operand.slot()] = end;
          usedBy[operand.slot()] = launch.kernel().name() + ", operand " + ports.get(i).name();
        }
      }
    }
  }

  /**
   * Checks the buffers of one run.
   *
   * @throws IllegalArgumentException if one is missing or too small
   * @throws IllegalStateException if one is closed
   */
  public void verify(Buffer[] buffers) {
    for (int i = 0; i < needed.length; i++) {
      if (usedBy[i] == null) {
        continue;
      }
      if (i >= buffers.length || buffers[i] == null) {
        throw new IllegalArgumentException(usedBy[i] + ": no buffer in slot " + i);
      }
      if (!buffers[i].isOpen()) {
        throw new IllegalStateException(
            usedBy[i] + ": '" + buffers[i].name() + "' was used after it was closed");
      }
      if (buffers[i].bytes() < needed[i]) {
        throw new IllegalArgumentException(
            usedBy[i] + ": " + buffers[i] + " is too small, " + needed[i] + " bytes are needed");
      }
    }
  }
}
