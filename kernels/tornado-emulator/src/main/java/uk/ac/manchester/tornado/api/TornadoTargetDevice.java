package uk.ac.manchester.tornado.api;

/** What the driver says of a device. */
public interface TornadoTargetDevice {
  /** Its name. */
  String getDeviceName();

  /** Bytes of its memory. */
  long getDeviceGlobalMemorySize();

  /** Bytes of memory that a group can share. */
  long getDeviceLocalMemorySize();

  /** Its processors. */
  int getDeviceMaxComputeUnits();

  /** Work items that a group can have along each dimension. */
  long[] getDeviceMaxWorkItemSizes();

  /** Work items that a group can have. */
  long[] getDeviceMaxWorkGroupSize();

  /** Work items that a group can have. */
  int getMaxThreadsPerBlock();

  /** Its clock in MHz. */
  int getDeviceMaxClockFrequency();

  /** Bytes of the largest buffer of constants. */
  long getDeviceMaxConstantBufferSize();

  /** Bytes of the largest buffer. */
  long getDeviceMaxAllocationSize();

  /** All that in one text. */
  String getDeviceInfo();
}
