package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Slots;
import java.util.List;

/** Runs launch lists on one device. */
final class DeviceBackend implements Backend {
  private final OpenDevice device;

  DeviceBackend(OpenDevice device) {
    this.device = device;
  }

  @Override
  public String name() {
    return TornadoProvider.NAME;
  }

  @Override
  public Executable compile(List<Launch> launches) {
    return compile(launches, Slots.UNKNOWN);
  }

  @Override
  public Executable compile(List<Launch> launches, Slots slots) {
    return new TornadoExecutable(device, List.copyOf(launches), slots);
  }

  @Override
  public Backend forSingleCalls() {
    return Backend.simd();
  }
}
