package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A device that runs tasks. */
public interface TornadoDevice {
  /** Its name. */
  String getDeviceName();

  /** Its name and kind. */
  String getDescription();

  /** The driver's platform. */
  String getPlatformName();

  /** What the driver says of it. */
  TornadoTargetDevice getPhysicalDevice();

  /** Its kind. */
  TornadoDeviceType getDeviceType();

  /** Bytes of the largest buffer. */
  long getMaxAllocMemory();

  /** Bytes of its memory. */
  long getMaxGlobalMemory();

  /** Bytes of memory that a group can share. */
  long getDeviceLocalMemorySize();

  /** Work items that a group can have along each dimension. */
  long[] getDeviceMaxWorkgroupDimensions();

  /** The version of its language. */
  String getDeviceOpenCLCVersion();

  /** Number of its backend. */
  int getBackendIndex();

  /** Its processors. */
  default int getAvailableProcessors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** The kind of its backend. */
  TornadoVMBackendType getTornadoVMBackend();
}
