package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Backend;

/** The device that the tests run on: the emulator, or with {@code -Ptornado} a real one. */
final class Devices {
  private Devices() {}

  static Backend first() {
    return Backend.of("tornado", 0);
  }
}
