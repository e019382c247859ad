package uk.ac.manchester.tornado.api.runtime;

import dev.simoom.kernels.tornado.emulator.EmulatedRuntime;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Where the runtime is found. */
public final class TornadoRuntimeProvider {
  private TornadoRuntimeProvider() {}

  /** The runtime of this JVM. */
  public static TornadoRuntime getTornadoRuntime() {
    return EmulatedRuntime.INSTANCE;
  }
}
