package uk.ac.manchester.tornado.api;

import dev.simoom.kernels.tornado.emulator.Plan;

/** What the last execution of a plan took: times in nanoseconds, amounts in bytes. */
public final class TornadoProfilerResult {
  private final Plan plan;

  TornadoProfilerResult(Plan plan) {
    this.plan = plan;
  }

  /** From the start of the execution to its end. */
  public long getTotalTime() {
    return plan.profile().totalTime();
  }

  /** Of compiling, in all. */
  public long getCompileTime() {
    return plan.profile().compileTime();
  }

  /** Of compiling, before the driver. */
  public long getTornadoCompilerTime() {
    return plan.profile().compileTime();
  }

  /** Of compiling, in the driver. */
  public long getDriverInstallTime() {
    return 0;
  }

  /** Of copies, both ways. */
  public long getDataTransfersTime() {
    return getDeviceWriteTime() + getDeviceReadTime();
  }

  /** Of copies to the device. */
  public long getDeviceWriteTime() {
    return plan.profile().deviceWriteTime();
  }

  /** Of copies to the host. */
  public long getDeviceReadTime() {
    return plan.profile().deviceReadTime();
  }

  /** Of asking for copies. */
  public long getDataTransferDispatchTime() {
    return 0;
  }

  /** Of asking for kernels. */
  public long getKernelDispatchTime() {
    return 0;
  }

  /** Of kernels. */
  public long getDeviceKernelTime() {
    return plan.profile().deviceKernelTime();
  }

  /** Copied to the device. */
  public long getTotalBytesCopyIn() {
    return plan.profile().totalBytesCopyIn();
  }

  /** Copied to the host. */
  public long getTotalBytesCopyOut() {
    return plan.profile().totalBytesCopyOut();
  }

  /** Copied both ways. */
  public long getTotalBytesTransferred() {
    return getTotalBytesCopyIn() + getTotalBytesCopyOut();
  }

  /** Of the arrays on the device. */
  public long getTotalDeviceMemoryUsage() {
    return plan.profile().totalDeviceMemoryUsage();
  }

  /** A line on all that. */
  public String getProfileLog() {
    return plan.profile().toString();
  }
}
