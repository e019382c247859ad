package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A driver and its devices. */
public interface TornadoBackend {
  /** The device for plans that name none. */
  TornadoDevice getDefaultDevice();

  /** Number of devices. */
  int getNumDevices();

  /** One of them. */
  TornadoDevice getDevice(int index);

  /** All of them. */
  List<TornadoDevice> getAllDevices();

  /** Chooses the device for plans that name none. */
  void setDefaultDevice(int index);

  /** The kind of the default device. */
  TornadoDeviceType getTypeDefaultDevice();

  /** Its name. */
  String getName();

  /** Number of the driver's platforms. */
  int getNumPlatforms();

  /** Its kind. */
  TornadoVMBackendType getBackendType();
}
