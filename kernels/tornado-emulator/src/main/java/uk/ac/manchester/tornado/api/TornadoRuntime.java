package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** The backends that there are. */
public interface TornadoRuntime {
  /** One of them. */
  TornadoBackend getBackend(int index);

  /** The kind of one of them. */
  TornadoVMBackendType getBackendType(int index);

  /** How many there are. */
  int getNumBackends();

  /** The device for plans that name none. */
  TornadoDevice getDefaultDevice();
}
