package dev.simoom.models.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** The memory of this machine, or of the container that this process is in. */
public final class MachineMemory {
  private MachineMemory() {}

  /**
   * Looks whether there is enough, before anything is made.
   *
   * @param what names what takes it, at the start of the complaint
   * @param bytes what it takes, roughly
   * @param remedy what to do where that is too much
   * @throws RunException if this machine has less
   */
  public static void check(String what, double bytes, String remedy) throws RunException {
    double there =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    if (bytes > there) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "%s takes about %,.1f GiB to train and this machine has %,.1f; %s",
              what,
              bytes / 0x1p30,
              there / 0x1p30,
              remedy));
    }
  }
}
