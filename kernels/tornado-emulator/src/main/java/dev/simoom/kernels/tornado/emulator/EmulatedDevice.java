package dev.simoom.kernels.tornado.emulator;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** The device that the JVM plays. */
final class EmulatedDevice implements TornadoDevice, TornadoTargetDevice {
  /** Work items that a group can have. */
  static final int MAX_GROUP = 1024;

  /** Bytes that a group can share, as on GPUs. */
  static final int LOCAL_MEMORY = 48 * 1024;

  @Override
  public String getDeviceName() {
    return "emulator";
  }

  @Override
  public String getDescription() {
    return "emulator of the JVM";
  }

  @Override
  public String getPlatformName() {
    return "Simoom";
  }

  @Override
  public TornadoTargetDevice getPhysicalDevice() {
    return this;
  }

  @Override
  public TornadoDeviceType getDeviceType() {
    return TornadoDeviceType.GPU;
  }

  @Override
  public long getMaxAllocMemory() {
    return getMaxGlobalMemory();
  }

  @Override
  public long getMaxGlobalMemory() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long getDeviceLocalMemorySize() {
    return LOCAL_MEMORY;
  }

  @Override
  public long[] getDeviceMaxWorkgroupDimensions() {
    return new long[] {MAX_GROUP, MAX_GROUP, MAX_GROUP};
  }

  @Override
  public String getDeviceOpenCLCVersion() {
    return "OpenCL C 1.2";
  }

  @Override
  public int getBackendIndex() {
    return 0;
  }

  @Override
  public TornadoVMBackendType getTornadoVMBackend() {
    return TornadoVMBackendType.OPENCL;
  }

  @Override
  public long getDeviceGlobalMemorySize() {
    return getMaxGlobalMemory();
  }

  @Override
  public int getDeviceMaxComputeUnits() {
    return 1;
  }

  @Override
  public long[] getDeviceMaxWorkItemSizes() {
    return getDeviceMaxWorkgroupDimensions();
  }

  @Override
  public long[] getDeviceMaxWorkGroupSize() {
    return new long[] {MAX_GROUP};
  }

  @Override
  public int getMaxThreadsPerBlock() {
    return MAX_GROUP;
  }

  @Override
  public int getDeviceMaxClockFrequency() {
    return 1000;
  }

  @Override
  public long getDeviceMaxConstantBufferSize() {
    return 64 * 1024;
  }

  @Override
  public long getDeviceMaxAllocationSize() {
    return getMaxAllocMemory();
  }

  @Override
  public String getDeviceInfo() {
    return getDescription();
  }
}
