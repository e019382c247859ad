package dev.simoom.models.cli;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.BackendException;
import dev.simoom.kernels.BackendProvider;
import dev.simoom.kernels.Backends;
import dev.simoom.kernels.DeviceInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code --backend} can be. */
enum BackendChoice {
  /** The processor, through the Vector API. */
  SIMD,
  /** A device that TornadoVM reaches. */
  TORNADO,
  /** A GPU if there is one, otherwise the processor. */
  AUTO;

  private static final System.Logger LOG = System.getLogger(BackendChoice.class.getName());

  /**
   * The backend.
   *
   * @param device number of the device, for TORNADO
   * @param threads for SIMD
   * @throws BackendException if it cannot be had; the message says what to do
   */
  Backend open(int device, int threads) {
    return switch (this) {
      case SIMD -> Backend.simd(threads);
      case TORNADO -> Backend.of(label(), device);
      case AUTO -> choose(threads);
    };
  }

  /** As users write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Backend choose(int threads) {
    String why = "no other backend is on the class path";
    for (BackendProvider provider : Backends.providers()) {
      try {
        Optional<DeviceInfo> gpu = gpu(provider.devices());
        if (gpu.isPresent()) {
          Backend backend = provider.open(gpu.get().number());
          say("%s, device %d: %s".formatted(provider.name(), gpu.get().number(), gpu.get().name()));
          return backend;
        }
        why = provider.name() + " finds no GPU";
      } catch (BackendException e) {
        why = e.getMessage();
      }
    }
    say("simd, since " + why);
    return Backend.simd(threads);
  }

  private static Optional<DeviceInfo> gpu(List<DeviceInfo> devices) {
    return devices.stream().filter(d -> d.kind().equals("GPU")).findFirst();
  }

  private static void say(String choice) {
    LOG.log(System.Logger.Level.INFO, "backend: " + choice);
  }
}
