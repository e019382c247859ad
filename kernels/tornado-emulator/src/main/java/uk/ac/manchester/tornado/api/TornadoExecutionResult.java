package uk.ac.manchester.tornado.api;

import dev.simoom.kernels.tornado.emulator.Plan;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What an execution leaves on the device, and its profile. */
public final class TornadoExecutionResult {
  private final Plan plan;
  private final TornadoProfilerResult profile;

  TornadoExecutionResult(Plan plan) {
    this.plan = plan;
    this.profile = new TornadoProfilerResult(plan);
  }

  /** The profile of the last execution. */
  public TornadoProfilerResult getProfilerResult() {
    return profile;
  }

  /** Copies arrays from the device. */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object object : objects) {
      plan.copyOut(object);
    }
    return this;
  }

  /** Copies a part of an array from the device. */
  public TornadoExecutionResult transferToHost(DataRange dataRange) {
    dataRange.materialize();
    plan.copyOut(
        dataRange.getArray(),
        dataRange.getOffset() - TornadoNativeArray.ARRAY_HEADER,
        dataRange.getPartialSize());
    return this;
  }

  /** Whether the execution has ended, which it always has. */
  public boolean isReady() {
    return true;
  }
}
