package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Backend;
import dev.simoom.kernels.BackendException;
import dev.simoom.kernels.BackendProvider;
import dev.simoom.kernels.DeviceInfo;
import dev.simoom.kernels.tornado.codegen.KernelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Finds the devices that TornadoVM reaches. */
public final class TornadoProvider implements BackendProvider {
  static final String NAME = "tornado";
  private static final String REMEDY =
      "get TornadoVM (sdk install tornadovm), set TORNADOVM_HOME and start Java with its"
          + " tornado-argfile; the command simoom does the last by itself";

  /** One for each device, since plans on a device share its lock. */
  private static final Map<Integer, Backend> OPEN = new ConcurrentHashMap<>();

  /** Made by {@link java.util.ServiceLoader}. */
  public TornadoProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<DeviceInfo> devices() {
    List<DeviceInfo> infos = new ArrayList<>();
    List<TornadoDevice> devices = tornadoDevices();
    for (int i = 0; i < devices.size(); i++) {
      infos.add(info(i, devices.get(i)));
    }
    return infos;
  }

  @Override
  public Backend open(int number) {
    List<TornadoDevice> devices = tornadoDevices();
    if (number < 0 || number >= devices.size()) {
      throw new BackendException(
          "no device " + number + ": TornadoVM has " + count(devices.size()) + ", counted from 0");
    }
    try {
      return OPEN.computeIfAbsent(number, n -> open(n, devices.get(n)));
    } catch (IllegalStateException e) {
      throw new BackendException(e.getMessage(), e);
    }
  }

  private static Backend open(int number, TornadoDevice device) {
    return new DeviceBackend(
        new OpenDevice(info(number, device), device, KernelFolder.configured()));
  }

  private static String count(int devices) {
    return devices + (devices == 1 ? " device" : " devices");
  }

  /** All devices of all drivers, in TornadoVM's order. */
  private static List<TornadoDevice> tornadoDevices() {
    List<TornadoDevice> devices = new ArrayList<>();
    try {
      TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
      for (int b = 0; b < runtime.getNumBackends(); b++) {
        TornadoBackend driver = runtime.getBackend(b);
        for (int d = 0; d < driver.getNumDevices(); d++) {
          devices.add(driver.getDevice(d));
        }
      }
    } catch (RuntimeException | LinkageError e) {
      throw new BackendException(complaint(e), e);
    }
    if (devices.isEmpty()) {
      throw new BackendException("TornadoVM finds no device; install an OpenCL or CUDA driver");
    }
    return devices;
  }

  private static String complaint(Throwable thrown) {
    String home = System.getenv("TORNADOVM_HOME");
    return home != null && !Files.isReadable(Path.of(home, "tornado-argfile"))
        ? "TORNADOVM_HOME is " + home + ", where there is no tornado-argfile; " + REMEDY
        : "TornadoVM cannot start (" + reason(thrown) + "); " + REMEDY;
  }

  /** The innermost cause: those around it only say that a class was not initialised. */
  private static String reason(Throwable thrown) {
    Throwable cause = Causes.innermost(thrown);
    String message = cause.getMessage();
    String text = message == null ? cause.getClass().getSimpleName() : message;
    return cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException
        ? "class " + text + " is not there"
        : text.lines().findFirst().orElse(text);
  }

  private static DeviceInfo info(int number, TornadoDevice device) {
    return new DeviceInfo(
        NAME,
        number,
        device.getDeviceType().toString(),
        device.getPhysicalDevice().getDeviceName().strip(),
        device.getPlatformName().strip() + ", " + device.getTornadoVMBackend(),
        memory(device));
  }

  /** What TornadoVM may take of the device's memory: a property of its own bounds it. */
  private static long memory(TornadoDevice device) {
    return Math.min(
        device.getMaxGlobalMemory(), limit(System.getProperty("tornado.device.memory")));
  }

  private static long limit(String property) {
    if (property == null || !property.matches("\\d+[KMG]?B?")) {
      return 4L << 30;
    }
    String digits = property.replaceAll("\\D", "");
    int shift =
        property.contains("G") ? 30 : property.contains("M") ? 20 : property.contains("K") ? 10 : 0;
    return Long.parseLong(digits) << shift;
  }
}
