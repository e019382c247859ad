package dev.simoom.kernels.simd;

import dev.simoom.kernels.Kernel;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One launch of a kernel, for flight recordings; its duration is that of the whole launch. */
@Name("dev.simoom.Kernel")
@Label("Kernel")
@Category("Simoom")
@Description("One launch of a kernel on the CPU")
@StackTrace(false)
final class KernelEvent extends Event {
  private static final KernelEvent ANY = new KernelEvent();

  @Label("Kernel")
  String kernel = "";

  @Label("Own Time")
  @Description("Time in chunks, divided by the threads that could share them: no hand-off, no wait")
  @Timespan(Timespan.NANOSECONDS)
  long ownTime;

  @Label("Operations")
  @Description("Floating-point operations, a multiply-add counted as two")
  long operations;

  @Label("Traffic")
  @Description("Bytes to be moved at the least")
  @DataAmount
  long traffic;

  /** What an event says of its kernel, which takes longer to find out than some kernels run. */
  record Subject(String kernel, long operations, long traffic) {
    static Subject of(Kernel kernel) {
      return new Subject(kernel.name(), kernel.flops(), kernel.bytes());
    }
  }

  /** Whether a recording wants them. */
  static boolean isRecorded() {
    return ANY.isEnabled();
  }
}
