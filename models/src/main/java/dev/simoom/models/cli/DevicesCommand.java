package dev.simoom.models.cli;

import dev.simoom.kernels.BackendException;
import dev.simoom.kernels.BackendProvider;
import dev.simoom.kernels.Backends;
import dev.simoom.kernels.DeviceInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simoom devices}: what kernels can run on. */
@Command(
    name = "devices",
    header = "List the devices that kernels can run on.",
    description = {
      "%nA device is chosen by --backend and --device, as they are listed. Where a backend has no"
          + " device, says what is missing.%n"
    })
final class DevicesCommand implements Callable<Integer> {
  private static final String ROW = "%-8s  %6s  %-5s  %12s  %s%n";

  @Spec private CommandSpec spec;
  @Mixin private HelpOptions help;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(ROW, "backend", "device", "kind", "memory", "name");
    out.printf(
        ROW,
        BackendChoice.SIMD.label(),
        "",
        "CPU",
        "",
        Runtime.getRuntime().availableProcessors() + " processors, Java's Vector API");
    for (BackendProvider provider : Backends.providers()) {
      try {
        print(out, provider.devices());
      } catch (BackendException e) {
        out.printf(ROW, provider.name(), "none", "", "", e.getMessage());
      }
    }
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, List<DeviceInfo> devices) {
    for (DeviceInfo device : devices) {
      String memory = device.memory() == 0 ? "unknown" : "%,d MiB".formatted(device.memory() >> 20);
      String name = device.name() + " (" + device.driver() + ")";
      out.printf(ROW, device.backend(), device.number(), device.kind(), memory, name);
    }
  }
}
