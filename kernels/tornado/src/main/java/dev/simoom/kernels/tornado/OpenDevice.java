package dev.simoom.kernels.tornado;

import dev.simoom.kernels.DeviceInfo;
import dev.simoom.kernels.tornado.codegen.KernelFolder;
import dev.simoom.kernels.tornado.memory.DeviceArray;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * A device in use: where its kernels are written, and how much of its memory is taken.
 *
 * <p>It is the lock under which plans run and data moves, one at a time.
 */
final class OpenDevice {
  private final DeviceInfo info;
  private final TornadoDevice device;
  private final KernelFolder folder;
  private long taken;

  OpenDevice(DeviceInfo info, TornadoDevice device, KernelFolder folder) {
    this.info = info;
    this.device = device;
    this.folder = folder;
  }

  TornadoDevice device() {
    return device;
  }

  KernelFolder folder() {
    return folder;
  }

  /**
   * Takes memory for arrays.
   *
   * @throws OutOfMemoryError if they do not fit; it says how much they need, for what, and how much
   *     there is
   */
  synchronized void take(List<DeviceArray> arrays) {
    long needed = bytes(arrays);
    if (info.memory() > 0 && taken + needed > info.memory()) {
      throw new OutOfMemoryError(
          "%s: %,d bytes are needed, of %,d are %,d taken; most is for %s"
              .formatted(this, needed, info.memory(), taken, largest(arrays)));
    }
    taken += needed;
  }

  /** Gives back the memory of arrays. */
  synchronized void giveBack(List<DeviceArray> arrays) {
    taken -= bytes(arrays);
  }

  static long bytes(List<DeviceArray> arrays) {
    return arrays.stream().mapToLong(DeviceArray::bytes).sum();
  }

  private static String largest(List<DeviceArray> arrays) {
    List<DeviceArray> sorted = new ArrayList<>(arrays);
    sorted.sort((a, b) -> Long.compare(b.bytes(), a.bytes()));
    return sorted.stream()
        .limit(3)
        .map(a -> "%s (%,d)".formatted(a.purpose(), a.bytes()))
        .collect(Collectors.joining(", "));
  }

  /** The error that the driver has no more memory. */
  OutOfMemoryError outOfMemory(TornadoOutOfMemoryException cause) {
    OutOfMemoryError error =
        new OutOfMemoryError(
            "%s: %,d of %,d bytes are taken, and the driver gives no more (%s)"
                .formatted(this, taken, info.memory(), cause.getMessage()));
    error.initCause(cause);
    return error;
  }

  @Override
  public String toString() {
    return "device " + info.number() + " (" + info.name() + ")";
  }
}
